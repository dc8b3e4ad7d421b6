// Typedefs and small records of the built-in table. Written by generate/builtin-table.ts; builtin-types.ts says what a row means.

export const SMALL_RECORDS = `
typedef u8|__u8
typedef u16|__u16
typedef u32|__u32
typedef u64|__u64
typedef s8|__s8
typedef s16|__s16
typedef s32|__s32
typedef s64|__s64
typedef __u8|unsigned char
typedef __u16|unsigned short
typedef __u32|unsigned int
typedef __u64|unsigned long long
typedef __s8|signed char
typedef __s16|short
typedef __s32|int
typedef __s64|long long
typedef __be16|__u16
typedef __be32|__u32
typedef __be64|__u64
typedef __le16|__u16
typedef __le32|__u32
typedef __le64|__u64
typedef __wsum|__u32
typedef __sum16|__u16
typedef uint8_t|u8
typedef uint16_t|u16
typedef uint32_t|u32
typedef uint64_t|u64
typedef int8_t|s8
typedef int16_t|s16
typedef int32_t|s32
typedef int64_t|s64
typedef uintptr_t|unsigned long
typedef size_t|__kernel_size_t
typedef ssize_t|__kernel_ssize_t
typedef ptrdiff_t|__kernel_ptrdiff_t
typedef loff_t|__kernel_loff_t
typedef off_t|__kernel_off_t
typedef pid_t|__kernel_pid_t
typedef uid_t|__kernel_uid32_t
typedef gid_t|__kernel_gid32_t
typedef dev_t|__kernel_dev_t
typedef umode_t|unsigned short
typedef mode_t|__kernel_mode_t
typedef bool|_Bool
typedef gfp_t|unsigned int
typedef fmode_t|unsigned int
typedef sector_t|u64
typedef time64_t|__s64
typedef ktime_t|s64
typedef clock_t|__kernel_clock_t
typedef key_serial_t|int32_t
typedef projid_t|__kernel_uid32_t
typedef qid_t|__kernel_uid32_t
typedef atomic_t|struct 4 4|counter:int@0
typedef atomic64_t|struct 8 8|counter:s64@0
typedef atomic_long_t|atomic64_t
typedef refcount_t|struct refcount_struct
typedef spinlock_t|struct spinlock
typedef raw_spinlock_t|struct raw_spinlock
typedef rwlock_t|struct 8 4|raw_lock:arch_rwlock_t@0
typedef kuid_t|struct 4 4|val:uid_t@0
typedef kgid_t|struct 4 4|val:gid_t@0
typedef kernel_cap_t|struct 8 8|val:u64@0
typedef cpumask_t|struct cpumask
typedef cpumask_var_t|struct cpumask[1]
typedef sa_family_t|__kernel_sa_family_t
typedef __kernel_sa_family_t|unsigned short
typedef __kernel_size_t|__kernel_ulong_t
typedef __kernel_pid_t|int
typedef __kernel_loff_t|long long
typedef possible_net_t|struct 8 8|net:struct net *@0
typedef netdev_features_t|u64
typedef vm_flags_t|unsigned long
typedef pgprot_t|struct pgprot
typedef blk_opf_t|__u32
typedef blk_status_t|u8
typedef __addrpair|__u64
typedef __portpair|__u32
typedef socket_lock_t|struct 32 8|slock:spinlock_t@0|owned:int@4|wq:wait_queue_head_t@8
typedef sk_buff_data_t|unsigned int
typedef nodemask_t|struct 128 8|bits:unsigned long[16]@0
typedef fl_owner_t|void *
typedef errseq_t|u32
typedef __poll_t|unsigned int
typedef wait_queue_head_t|struct wait_queue_head
typedef sigset_t|struct 8 8|sig:unsigned long[1]@0
typedef uuid_t|struct 16 1|b:__u8[16]@0
typedef guid_t|struct 16 1|b:__u8[16]@0
typedef __kernel_time64_t|long long
typedef __kernel_ulong_t|unsigned long
typedef __kernel_long_t|long
typedef arch_spinlock_t|struct qspinlock
typedef req_flags_t|__u32
typedef bpf_user_pt_regs_t|struct pt_regs
typedef kernel_siginfo_t|struct kernel_siginfo
typedef pgd_t|struct 8 8|pgd:pgdval_t@0
typedef mm_flags_t|struct 8 8|__mm_flags:unsigned long[1]@0
typedef file_ref_t|struct 8 8|refcnt:atomic64_t@0
typedef blkcnt_t|u64
typedef socket_state|unsigned int
typedef xdp_features_t|u32
typedef skb_frag_t|struct skb_frag
typedef u_int32_t|u32
typedef memdesc_flags_t|struct 8 8|f:unsigned long@0
typedef bio_end_io_t|void (struct bio *)
typedef key_perm_t|uint32_t
typedef local64_t|struct 8 8|a:local_t@0
typedef __kernel_ssize_t|__kernel_long_t
typedef __kernel_ptrdiff_t|__kernel_long_t
typedef __kernel_off_t|__kernel_long_t
typedef __kernel_uid32_t|unsigned int
typedef __kernel_gid32_t|unsigned int
typedef __kernel_dev_t|u32
typedef __kernel_mode_t|unsigned int
typedef __kernel_clock_t|__kernel_long_t
typedef arch_rwlock_t|struct qrwlock
typedef pgdval_t|unsigned long
typedef local_t|struct 8 8|a:atomic_long_t@0
struct __sk_buff 192 8|len:__u32@0|pkt_type:__u32@4|mark:__u32@8|queue_mapping:__u32@12|protocol:__u32@16|vlan_present:__u32@20
|vlan_tci:__u32@24|vlan_proto:__u32@28|priority:__u32@32|ingress_ifindex:__u32@36|ifindex:__u32@40|tc_index:__u32@44|cb:__u32[5]@48
|hash:__u32@68|tc_classid:__u32@72|data:__u32@76|data_end:__u32@80|napi_id:__u32@84|family:__u32@88|remote_ip4:__u32@92|local_ip4:__u32@96
|remote_ip6:__u32[4]@100|local_ip6:__u32[4]@116|remote_port:__u32@132|local_port:__u32@136|data_meta:__u32@140
|flow_keys:struct bpf_flow_keys *@144|tstamp:__u64@152|wire_len:__u32@160|gso_segs:__u32@164|sk:struct bpf_sock *@168|gso_size:__u32@176
|tstamp_type:__u8@180|hwtstamp:__u64@184
struct xdp_md 24 4|data:__u32@0|data_end:__u32@4|data_meta:__u32@8|ingress_ifindex:__u32@12|rx_queue_index:__u32@16
|egress_ifindex:__u32@20
struct bpf_sock 80 4|bound_dev_if:__u32@0|family:__u32@4|type:__u32@8|protocol:__u32@12|mark:__u32@16|priority:__u32@20|src_ip4:__u32@24
|src_ip6:__u32[4]@28|src_port:__u32@44|dst_port:__be16@48|dst_ip4:__u32@52|dst_ip6:__u32[4]@56|state:__u32@72|rx_queue_mapping:__s32@76
struct bpf_tcp_sock 112 8|snd_cwnd:__u32@0|srtt_us:__u32@4|rtt_min:__u32@8|snd_ssthresh:__u32@12|rcv_nxt:__u32@16|snd_nxt:__u32@20
|snd_una:__u32@24|mss_cache:__u32@28|ecn_flags:__u32@32|rate_delivered:__u32@36|rate_interval_us:__u32@40|packets_out:__u32@44
|retrans_out:__u32@48|total_retrans:__u32@52|segs_in:__u32@56|data_segs_in:__u32@60|segs_out:__u32@64|data_segs_out:__u32@68
|lost_out:__u32@72|sacked_out:__u32@76|bytes_received:__u64@80|bytes_acked:__u64@88|dsack_dups:__u32@96|delivered:__u32@100
|delivered_ce:__u32@104|icsk_retransmits:__u32@108
struct bpf_sock_tuple 36 4
struct bpf_sock_addr 72 8|user_family:__u32@0|user_ip4:__u32@4|user_ip6:__u32[4]@8|user_port:__u32@24|family:__u32@28|type:__u32@32
|protocol:__u32@36|msg_src_ip4:__u32@40|msg_src_ip6:__u32[4]@44|sk:struct bpf_sock *@64
struct bpf_sock_ops 224 8|op:__u32@0|args:__u32[4]@4|reply:__u32@4|replylong:__u32[4]@4|family:__u32@20|remote_ip4:__u32@24
|local_ip4:__u32@28|remote_ip6:__u32[4]@32|local_ip6:__u32[4]@48|remote_port:__u32@64|local_port:__u32@68|is_fullsock:__u32@72
|snd_cwnd:__u32@76|srtt_us:__u32@80|bpf_sock_ops_cb_flags:__u32@84|state:__u32@88|rtt_min:__u32@92|snd_ssthresh:__u32@96|rcv_nxt:__u32@100
|snd_nxt:__u32@104|snd_una:__u32@108|mss_cache:__u32@112|ecn_flags:__u32@116|rate_delivered:__u32@120|rate_interval_us:__u32@124
|packets_out:__u32@128|retrans_out:__u32@132|total_retrans:__u32@136|segs_in:__u32@140|data_segs_in:__u32@144|segs_out:__u32@148
|data_segs_out:__u32@152|lost_out:__u32@156|sacked_out:__u32@160|sk_txhash:__u32@164|bytes_received:__u64@168|bytes_acked:__u64@176
|sk:struct bpf_sock *@184|skb_data:void *@192|skb_data_end:void *@200|skb_len:__u32@208|skb_tcp_flags:__u32@212|skb_hwtstamp:__u64@216
struct bpf_sk_lookup 72 8|sk:struct bpf_sock *@0|cookie:__u64@0|family:__u32@8|protocol:__u32@12|remote_ip4:__u32@16
|remote_ip6:__u32[4]@20|remote_port:__be16@36|local_ip4:__u32@40|local_ip6:__u32[4]@44|local_port:__u32@60|ingress_ifindex:__u32@64
struct sk_msg_md 80 8|data:void *@0|data_end:void *@8|family:__u32@16|remote_ip4:__u32@20|local_ip4:__u32@24|remote_ip6:__u32[4]@28
|local_ip6:__u32[4]@44|remote_port:__u32@60|local_port:__u32@64|size:__u32@68|sk:struct bpf_sock *@72
struct sk_reuseport_md 56 8|data:void *@0|data_end:void *@8|len:__u32@16|eth_protocol:__u32@20|ip_protocol:__u32@24|bind_inany:__u32@28
|hash:__u32@32|sk:struct bpf_sock *@40|migrating_sk:struct bpf_sock *@48
struct bpf_sockopt 40 8|sk:struct bpf_sock *@0|optval:void *@8|optval_end:void *@16|level:__s32@24|optname:__s32@28|optlen:__s32@32
|retval:__s32@36
struct bpf_sysctl 8 4|write:__u32@0|file_pos:__u32@4
struct bpf_cgroup_dev_ctx 12 4|access_type:__u32@0|major:__u32@4|minor:__u32@8
struct bpf_raw_tracepoint_args 0 8|args:__u64[0]@0
struct bpf_perf_event_data 184 8|regs:bpf_user_pt_regs_t@0|sample_period:__u64@168|addr:__u64@176
struct bpf_perf_event_value 24 8|counter:__u64@0|enabled:__u64@8|running:__u64@16
struct bpf_fib_lookup 64 4|family:__u8@0|l4_protocol:__u8@1|sport:__be16@2|dport:__be16@4|tot_len:__u16@6|mtu_result:__u16@6
|ifindex:__u32@8|tos:__u8@12|flowinfo:__be32@12|rt_metric:__u32@12|ipv4_src:__be32@16|ipv6_src:__u32[4]@16|ipv4_dst:__be32@32
|ipv6_dst:__u32[4]@32|h_vlan_proto:__be16@48|h_vlan_TCI:__be16@50|tbid:__u32@48|mark:__u32@52|smac:__u8[6]@52|dmac:__u8[6]@58
struct bpf_tunnel_key 44 4|tunnel_id:__u32@0|remote_ipv4:__u32@4|remote_ipv6:__u32[4]@4|tunnel_tos:__u8@20|tunnel_ttl:__u8@21
|tunnel_ext:__u16@22|tunnel_flags:__be16@22|tunnel_label:__u32@24|local_ipv4:__u32@28|local_ipv6:__u32[4]@28
struct bpf_redir_neigh 20 4|nh_family:__u32@0|ipv4_nh:__be32@4|ipv6_nh:__u32[4]@4
struct bpf_pidns_info 8 4|pid:__u32@0|tgid:__u32@4
struct bpf_flow_keys 56 4|nhoff:__u16@0|thoff:__u16@2|addr_proto:__u16@4|is_frag:__u8@6|is_first_frag:__u8@7|is_encap:__u8@8
|ip_proto:__u8@9|n_proto:__be16@10|sport:__be16@12|dport:__be16@14|ipv4_src:__be32@16|ipv4_dst:__be32@20|ipv6_src:__u32[4]@16
|ipv6_dst:__u32[4]@32|flags:__u32@48|flow_label:__be32@52
struct bpf_cgroup_storage_key 16 8|cgroup_inode_id:__u64@0|attach_type:__u32@8
struct bpf_cpumap_val 8 4|qsize:__u32@0
struct bpf_devmap_val 8 4|ifindex:__u32@0
struct btf_ptr 16 8|ptr:void *@0|type_id:__u32@8|flags:__u32@12
struct bpf_stack_build_id 32 8|status:__s32@0|build_id:unsigned char[20]@4|offset:__u64@24|ip:__u64@24
struct bpf_spin_lock 4 4|val:__u32@0
struct bpf_res_spin_lock 4 4|val:u32@0
struct bpf_timer 16 8|__opaque:__u64[2]@0
struct bpf_wq 16 8|__opaque:__u64[2]@0
struct bpf_list_head 16 8|__opaque:__u64[2]@0
struct bpf_list_node 24 8|__opaque:__u64[3]@0
struct bpf_rb_root 16 8|__opaque:__u64[2]@0
struct bpf_rb_node 32 8|__opaque:__u64[4]@0
struct bpf_refcount 4 4|__opaque:__u32[1]@0
struct bpf_dynptr 16 8|__opaque:__u64[2]@0
struct bpf_iter_num 8 8|__opaque:__u64[1]@0
struct bpf_iter_task 24 8|__opaque:__u64[3]@0
struct bpf_iter_task_vma 8 8|__opaque:__u64[1]@0
struct bpf_iter_css 24 8|__opaque:__u64[3]@0
struct bpf_iter_css_task 8 8|__opaque:__u64[1]@0
struct bpf_iter_bits 16 8|__opaque:__u64[2]@0
struct bpf_iter_kmem_cache 8 8|__opaque:__u64[1]@0
struct bpf_cpumask 40 8|cpumask:cpumask_t@0|usage:refcount_t@32
struct cpumask 32 8|bits:unsigned long[4]@0
struct pt_regs 168 8|r15:unsigned long@0|r14:unsigned long@8|r13:unsigned long@16|r12:unsigned long@24|bp:unsigned long@32
|bx:unsigned long@40|r11:unsigned long@48|r10:unsigned long@56|r9:unsigned long@64|r8:unsigned long@72|ax:unsigned long@80
|cx:unsigned long@88|dx:unsigned long@96|si:unsigned long@104|di:unsigned long@112|orig_ax:unsigned long@120|ip:unsigned long@128
|cs:u16@136|csx:u64@136|fred_cs:struct fred_cs@136|flags:unsigned long@144|sp:unsigned long@152|ss:u16@160|ssx:u64@160
|fred_ss:struct fred_ss@160
struct list_head 16 8|next:struct list_head *@0|prev:struct list_head *@8
struct hlist_head 8 8|first:struct hlist_node *@0
struct hlist_node 16 8|next:struct hlist_node *@0|pprev:struct hlist_node **@8
struct hlist_nulls_node 16 8|next:struct hlist_nulls_node *@0|pprev:struct hlist_nulls_node **@8
struct hlist_nulls_head 8 8|first:struct hlist_nulls_node *@0
struct rb_node 24 8|__rb_parent_color:unsigned long@0|rb_right:struct rb_node *@8|rb_left:struct rb_node *@16
struct rb_root 8 8|rb_node:struct rb_node *@0
struct callback_head 16 8|next:struct callback_head *@0|func:void (*)(struct callback_head *)@8
struct refcount_struct 4 4|refs:atomic_t@0
struct kref 4 4|refcount:refcount_t@0
struct path 16 8|mnt:struct vfsmount *@0|dentry:struct dentry *@8
struct timespec64 16 8|tv_sec:time64_t@0|tv_nsec:long@8
struct in_addr 4 4|s_addr:__be32@0
struct in6_addr 16 4
struct iphdr 20 4|ihl:__u8@0/4|version:__u8@4/4|tos:__u8@1|tot_len:__be16@2|id:__be16@4|frag_off:__be16@6|ttl:__u8@8|protocol:__u8@9
|check:__sum16@10|saddr:__be32@12|daddr:__be32@16
struct ipv6hdr 40 4|priority:__u8@0/4|version:__u8@4/4|flow_lbl:__u8[3]@1|payload_len:__be16@4|nexthdr:__u8@6|hop_limit:__u8@7
|saddr:struct in6_addr@8|daddr:struct in6_addr@24
struct tcphdr 20 4|source:__be16@0|dest:__be16@2|seq:__be32@4|ack_seq:__be32@8|ae:__u16@96/1|res1:__u16@97/3|doff:__u16@100/4
|fin:__u16@104/1|syn:__u16@105/1|rst:__u16@106/1|psh:__u16@107/1|ack:__u16@108/1|urg:__u16@109/1|ece:__u16@110/1|cwr:__u16@111/1
|window:__be16@14|check:__sum16@16|urg_ptr:__be16@18
struct udphdr 8 2|source:__be16@0|dest:__be16@2|len:__be16@4|check:__sum16@6
struct ethhdr 14 2|h_dest:unsigned char[6]@0|h_source:unsigned char[6]@6|h_proto:__be16@12
struct sockaddr 16 2|sa_family:sa_family_t@0|sa_data_min:char[14]@2|sa_data:char[0]@2
struct sockaddr_in 16 4|sin_family:__kernel_sa_family_t@0|sin_port:__be16@2|sin_addr:struct in_addr@4|__pad:unsigned char[8]@8
struct sockaddr_in6 28 4|sin6_family:unsigned short@0|sin6_port:__be16@2|sin6_flowinfo:__be32@4|sin6_addr:struct in6_addr@8
|sin6_scope_id:__u32@24
struct sockaddr_un 110 2|sun_family:__kernel_sa_family_t@0|sun_path:char[108]@2
struct trace_entry 8 4|type:unsigned short@0|flags:unsigned char@2|preempt_count:unsigned char@3|pid:int@4
struct trace_event_raw_sys_enter 64 8|ent:struct trace_entry@0|id:long@8|args:unsigned long[6]@16|__data:char[0]@64
struct trace_event_raw_sys_exit 24 8|ent:struct trace_entry@0|id:long@8|ret:long@16|__data:char[0]@24
struct trace_event_raw_sched_switch 64 8|ent:struct trace_entry@0|prev_comm:char[16]@8|prev_pid:pid_t@24|prev_prio:int@28
|prev_state:long@32|next_comm:char[16]@40|next_pid:pid_t@56|next_prio:int@60|__data:char[0]@64
struct trace_event_raw_sched_process_exec 20 4|ent:struct trace_entry@0|__data_loc_filename:u32@8|pid:pid_t@12|old_pid:pid_t@16
|__data:char[0]@20
struct bpf_iter__task 16 8|meta:struct bpf_iter_meta *@0|task:struct task_struct *@8
struct bpf_iter__task_file 32 8|meta:struct bpf_iter_meta *@0|task:struct task_struct *@8|fd:u32@16|file:struct file *@24
struct bpf_iter__task_vma 24 8|meta:struct bpf_iter_meta *@0|task:struct task_struct *@8|vma:struct vm_area_struct *@16
struct bpf_iter__bpf_map 16 8|meta:struct bpf_iter_meta *@0|map:struct bpf_map *@8
struct bpf_iter__bpf_prog 16 8|meta:struct bpf_iter_meta *@0|prog:struct bpf_prog *@8
struct bpf_iter__cgroup 16 8|meta:struct bpf_iter_meta *@0|cgroup:struct cgroup *@8
struct bpf_iter__tcp 24 8|meta:struct bpf_iter_meta *@0|sk_common:struct sock_common *@8|uid:uid_t@16
struct bpf_iter__udp 32 8|meta:struct bpf_iter_meta *@0|udp_sk:struct udp_sock *@8|uid:uid_t@16|bucket:int@24
struct bpf_iter__unix 24 8|meta:struct bpf_iter_meta *@0|unix_sk:struct unix_sock *@8|uid:uid_t@16
struct bpf_iter__netlink 16 8|meta:struct bpf_iter_meta *@0|sk:struct netlink_sock *@8
struct bpf_iter__sockmap 32 8|meta:struct bpf_iter_meta *@0|map:struct bpf_map *@8|key:void *@16|sk:struct sock *@24
struct bpf_iter__bpf_map_elem 32 8|meta:struct bpf_iter_meta *@0|map:struct bpf_map *@8|key:void *@16|value:void *@24
struct bpf_iter__bpf_sk_storage_map 32 8|meta:struct bpf_iter_meta *@0|map:struct bpf_map *@8|sk:struct sock *@16|value:void *@24
struct bpf_iter__bpf_link 16 8|meta:struct bpf_iter_meta *@0|link:struct bpf_link *@8
struct bpf_iter__ksym 16 8|meta:struct bpf_iter_meta *@0|ksym:struct kallsym_iter *@8
struct bpf_iter__ipv6_route 16 8|meta:struct bpf_iter_meta *@0|rt:struct fib6_info *@8
struct bpf_iter_meta 24 8|seq:struct seq_file *@0|session_id:u64@8|seq_num:u64@16
struct bpf_nf_ctx 16 8|state:const struct nf_hook_state *@0|skb:struct sk_buff *@8
struct bpf_ct_opts 16 4|netns_id:s32@0|error:s32@4|l4proto:u8@8|dir:u8@9|ct_zone_id:u16@10|ct_zone_dir:u8@12|reserved:u8[3]@13
struct nf_hook_state 48 8|hook:u8@0|pf:u8@1|in:struct net_device *@8|out:struct net_device *@16|sk:struct sock *@24|net:struct net *@32
|okfn:int (*)(struct net *, struct sock *, struct sk_buff *)@40
struct bpf_crypto_params 408 4|type:char[14]@0|reserved:u8[2]@14|algo:char[128]@16|key:u8[256]@144|key_len:u32@400|authsize:u32@404
struct xdp_buff 56 8|data:void *@0|data_end:void *@8|data_meta:void *@16|data_hard_start:void *@24|rxq:struct xdp_rxq_info *@32
|txq:struct xdp_txq_info *@40|frame_sz:u32@48|flags:u32@52|frame_sz_flags_init:u64@48
struct tcp_congestion_ops 192 8|ssthresh:u32 (*)(struct sock *)@0|cong_avoid:void (*)(struct sock *, u32, u32)@8
|set_state:void (*)(struct sock *, u8)@16|cwnd_event:void (*)(struct sock *, enum tcp_ca_event)@24
|in_ack_event:void (*)(struct sock *, u32)@32|pkts_acked:void (*)(struct sock *, const struct ack_sample *)@40
|min_tso_segs:u32 (*)(struct sock *)@48|cong_control:void (*)(struct sock *, u32, int, const struct rate_sample *)@56
|undo_cwnd:u32 (*)(struct sock *)@64|sndbuf_expand:u32 (*)(struct sock *)@72
|get_info:size_t (*)(struct sock *, u32, int *, union tcp_cc_info *)@80|name:char[16]@88|owner:struct module *@104
|list:struct list_head@112|key:u32@128|flags:u32@132|init:void (*)(struct sock *)@136|release:void (*)(struct sock *)@144
struct rate_sample 72 8|prior_mstamp:u64@0|prior_delivered:u32@8|prior_delivered_ce:u32@12|delivered:s32@16|delivered_ce:s32@20
|interval_us:long@24|snd_interval_us:u32@32|rcv_interval_us:u32@36|rtt_us:long@40|losses:int@48|acked_sacked:u32@52|prior_in_flight:u32@56
|last_end_seq:u32@60|is_app_limited:bool@64|is_retrans:bool@65|is_ack_delayed:bool@66
struct ack_sample 12 4|pkts_acked:u32@0|rtt_us:s32@4|in_flight:u32@8
struct bpf_dummy_ops 24 8|test_1:int (*)(struct bpf_dummy_ops_state *)@0
|test_2:int (*)(struct bpf_dummy_ops_state *, int, unsigned short, char, unsigned long)@8
|test_sleepable:int (*)(struct bpf_dummy_ops_state *)@16
struct bpf_dummy_ops_state 4 4|val:int@0
struct sched_ext_ops 472 8|select_cpu:s32 (*)(struct task_struct *, s32, u64)@0|enqueue:void (*)(struct task_struct *, u64)@8
|dequeue:void (*)(struct task_struct *, u64)@16|dispatch:void (*)(s32, struct task_struct *)@24|tick:void (*)(struct task_struct *)@32
|runnable:void (*)(struct task_struct *, u64)@40|running:void (*)(struct task_struct *)@48
|stopping:void (*)(struct task_struct *, bool)@56|quiescent:void (*)(struct task_struct *, u64)@64
|yield:bool (*)(struct task_struct *, struct task_struct *)@72|core_sched_before:bool (*)(struct task_struct *, struct task_struct *)@80
|set_weight:void (*)(struct task_struct *, u32)@88|set_cpumask:void (*)(struct task_struct *, const struct cpumask *)@96
|update_idle:void (*)(s32, bool)@104|init_task:s32 (*)(struct task_struct *, struct scx_init_task_args *)@112
|exit_task:void (*)(struct task_struct *, struct scx_exit_task_args *)@120|enable:void (*)(struct task_struct *)@128
|disable:void (*)(struct task_struct *)@136|dump:void (*)(struct scx_dump_ctx *)@144
|dump_cpu:void (*)(struct scx_dump_ctx *, s32, bool)@152|dump_task:void (*)(struct scx_dump_ctx *, struct task_struct *)@160
|cgroup_init:s32 (*)(struct cgroup *, struct scx_cgroup_init_args *)@168|cgroup_exit:void (*)(struct cgroup *)@176
|cgroup_prep_move:s32 (*)(struct task_struct *, struct cgroup *, struct cgroup *)@184
|cgroup_move:void (*)(struct task_struct *, struct cgroup *, struct cgroup *)@192
|cgroup_cancel_move:void (*)(struct task_struct *, struct cgroup *, struct cgroup *)@200
|cgroup_set_weight:void (*)(struct cgroup *, u32)@208|cgroup_set_bandwidth:void (*)(struct cgroup *, u64, u64, u64)@216
|cgroup_set_idle:void (*)(struct cgroup *, bool)@224|sub_attach:s32 (*)(struct scx_sub_attach_args *)@232
|sub_detach:void (*)(struct scx_sub_detach_args *)@240|cpu_online:void (*)(s32)@248|cpu_offline:void (*)(s32)@256|init:s32 (*)(void)@264
|exit:void (*)(struct scx_exit_info *)@272|dispatch_max_batch:u32@280|flags:u64@288|timeout_ms:u32@296|exit_dump_len:u32@300
|hotplug_seq:u64@304|sub_cgroup_id:u64@312|name:char[128]@320|priv:void *@448|cpu_acquire:void (*)(s32, struct scx_cpu_acquire_args *)@456
|cpu_release:void (*)(s32, struct scx_cpu_release_args *)@464
struct sched_ext_ops_cid 456 8|select_cid:s32 (*)(struct task_struct *, s32, u64)@0|enqueue:void (*)(struct task_struct *, u64)@8
|dequeue:void (*)(struct task_struct *, u64)@16|dispatch:void (*)(s32, struct task_struct *)@24|tick:void (*)(struct task_struct *)@32
|runnable:void (*)(struct task_struct *, u64)@40|running:void (*)(struct task_struct *)@48
|stopping:void (*)(struct task_struct *, bool)@56|quiescent:void (*)(struct task_struct *, u64)@64
|yield:bool (*)(struct task_struct *, struct task_struct *)@72|core_sched_before:bool (*)(struct task_struct *, struct task_struct *)@80
|set_weight:void (*)(struct task_struct *, u32)@88|set_cmask:void (*)(struct task_struct *, const struct scx_cmask *)@96
|update_idle:void (*)(s32, bool)@104|init_task:s32 (*)(struct task_struct *, struct scx_init_task_args *)@112
|exit_task:void (*)(struct task_struct *, struct scx_exit_task_args *)@120|enable:void (*)(struct task_struct *)@128
|disable:void (*)(struct task_struct *)@136|dump:void (*)(struct scx_dump_ctx *)@144
|dump_cid:void (*)(struct scx_dump_ctx *, s32, bool)@152|dump_task:void (*)(struct scx_dump_ctx *, struct task_struct *)@160
|cgroup_init:s32 (*)(struct cgroup *, struct scx_cgroup_init_args *)@168|cgroup_exit:void (*)(struct cgroup *)@176
|cgroup_prep_move:s32 (*)(struct task_struct *, struct cgroup *, struct cgroup *)@184
|cgroup_move:void (*)(struct task_struct *, struct cgroup *, struct cgroup *)@192
|cgroup_cancel_move:void (*)(struct task_struct *, struct cgroup *, struct cgroup *)@200
|cgroup_set_weight:void (*)(struct cgroup *, u32)@208|cgroup_set_bandwidth:void (*)(struct cgroup *, u64, u64, u64)@216
|cgroup_set_idle:void (*)(struct cgroup *, bool)@224|sub_attach:s32 (*)(struct scx_sub_attach_args *)@232
|sub_detach:void (*)(struct scx_sub_detach_args *)@240|cid_online:void (*)(s32)@248|cid_offline:void (*)(s32)@256|init:s32 (*)(void)@264
|exit:void (*)(struct scx_exit_info *)@272|dispatch_max_batch:u32@280|flags:u64@288|timeout_ms:u32@296|exit_dump_len:u32@300
|hotplug_seq:u64@304|sub_cgroup_id:u64@312|name:char[128]@320|priv:void *@448|__end:char[0]@456
struct scx_init_task_args 16 8|fork:bool@0|cgroup:struct cgroup *@8
struct scx_exit_task_args 1 1|cancelled:bool@0
struct scx_cpu_acquire_args 0 1
struct scx_cpu_release_args 16 8|reason:enum scx_cpu_preempt_reason@0|task:struct task_struct *@8
struct scx_exit_info 64 8|kind:enum scx_exit_kind@0|exit_cpu:s32@4|exit_code:s64@8|flags:u64@16|reason:const char *@24
|bt:unsigned long *@32|bt_len:u32@40|msg:char *@48|dump:char *@56
struct scx_dump_ctx 40 8|kind:enum scx_exit_kind@0|exit_code:s64@8|reason:const char *@16|at_ns:u64@24|at_jiffies:u64@32
struct scx_cgroup_init_args 32 8|weight:u32@0|bw_period_us:u64@8|bw_quota_us:u64@16|bw_burst_us:u64@24
struct scx_sub_attach_args 16 8|ops:struct sched_ext_ops *@0|cgroup_path:char *@8
struct scx_sub_detach_args 16 8|ops:struct sched_ext_ops *@0|cgroup_path:char *@8
struct scx_bpf_select_cpu_and_args 24 8|prev_cpu:s32@0|wake_flags:u64@8|flags:u64@16
struct scx_bpf_dsq_insert_vtime_args 32 8|dsq_id:u64@0|slice:u64@8|vtime:u64@16|enq_flags:u64@24
struct scx_event_stats 104 8|SCX_EV_SELECT_CPU_FALLBACK:s64@0|SCX_EV_DISPATCH_LOCAL_DSQ_OFFLINE:s64@8|SCX_EV_DISPATCH_KEEP_LAST:s64@16
|SCX_EV_ENQ_SKIP_EXITING:s64@24|SCX_EV_ENQ_SKIP_MIGRATION_DISABLED:s64@32|SCX_EV_REENQ_IMMED:s64@40|SCX_EV_REENQ_LOCAL_REPEAT:s64@48
|SCX_EV_REFILL_SLICE_DFL:s64@56|SCX_EV_BYPASS_DURATION:s64@64|SCX_EV_BYPASS_DISPATCH:s64@72|SCX_EV_BYPASS_ACTIVATE:s64@80
|SCX_EV_INSERT_NOT_OWNED:s64@88|SCX_EV_SUB_BYPASS_DISPATCH:s64@96
struct scx_cid_topo 24 4|core_cid:s32@0|core_idx:s32@4|llc_cid:s32@8|llc_idx:s32@12|node_cid:s32@16|node_idx:s32@20
struct scx_cmask 16 8|base:u32@0|nr_cids:u32@4|alloc_words:u32@8|bits:u64[0]@16
struct bpf_iter_scx_dsq 48 8|__opaque:u64[6]@0
`;
