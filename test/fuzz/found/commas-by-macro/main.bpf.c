#define M0 0,
#define M1 M0 M0 M0 M0 M0
#define M2 M1 M1 M1 M1 M1
#define M3 M2 M2 M2 M2 M2
#define M4 M3 M3 M3 M3 M3
#define M5 M4 M4 M4 M4 M4
#define M6 M5 M5 M5 M5 M5
#define M7 M6 M6 M6 M6 M6
SEC("tc")
int program(struct __sk_buff *skb)
{
	int a = skb->len;
	a = M7 1;
	return a;
}
