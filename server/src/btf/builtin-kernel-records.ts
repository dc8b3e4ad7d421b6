// The kernel's large records in the built-in table, with the fields that programs read most. Written by generate/builtin-table.ts; builtin-types.ts says what a row means.

export const KERNEL_RECORDS = `
struct task_struct 3488 8|thread_info:struct thread_info@0|__state:unsigned int@24|stack:void *@32|usage:refcount_t@40
|flags:unsigned int@44|on_cpu:int@52|wake_cpu:int@100|on_rq:int@104|prio:int@108|static_prio:int@112|normal_prio:int@116
|rt_priority:unsigned int@120|se:struct sched_entity@128|rt:struct sched_rt_entity@384|policy:unsigned int@780|nr_cpus_allowed:int@792
|cpus_ptr:const cpumask_t *@800|user_cpus_ptr:cpumask_t *@808|cpus_mask:cpumask_t@816|rcu_read_lock_nesting:int@860
|tasks:struct list_head@1056|mm:struct mm_struct *@1136|active_mm:struct mm_struct *@1144|exit_state:int@1160|exit_code:int@1164
|exit_signal:int@1168|pdeath_signal:int@1172|pid:pid_t@1264|tgid:pid_t@1268|real_parent:struct task_struct *@1280
|parent:struct task_struct *@1288|children:struct list_head@1296|sibling:struct list_head@1312|group_leader:struct task_struct *@1328
|ptraced:struct list_head@1336|thread_pid:struct pid *@1368|pid_links:struct hlist_node[4]@1376|thread_node:struct list_head@1440
|utime:u64@1488|stime:u64@1496|start_time:u64@1552|start_boottime:u64@1560|min_flt:unsigned long@1568|maj_flt:unsigned long@1576
|ptracer_cred:const struct cred *@1720|real_cred:const struct cred *@1728|cred:const struct cred *@1736|comm:char[16]@1752
|fs:struct fs_struct *@1816|files:struct files_struct *@1824|nsproxy:struct nsproxy *@1840|signal:struct signal_struct *@1848
|sighand:struct sighand_struct *@1856|blocked:sigset_t@1864|pending:struct sigpending@1888|audit_context:struct audit_context *@1944
|loginuid:kuid_t@1952|sessionid:unsigned int@1956|seccomp:struct seccomp@1960|alloc_lock:spinlock_t@2024|pi_lock:raw_spinlock_t@2028
|bio_list:struct bio_list *@2096|last_siginfo:kernel_siginfo_t *@2144|ioac:struct task_io_accounting@2152|cgroups:struct css_set *@2376
|cg_list:struct list_head@2384|perf_event_ctxp:struct perf_event_context *@2480|mempolicy:struct mempolicy *@2544
|numa_group:struct numa_group *@2624|rcu_users:refcount_t@2920|security:void *@2992|bpf_storage:struct bpf_local_storage *@3000
|bpf_ctx:struct bpf_run_ctx *@3008|thread:struct thread_struct@3088|scx:struct sched_ext_entity@3264
struct cgroup 2248 8|self:struct cgroup_subsys_state@0|flags:unsigned long@208|level:int@216|max_depth:int@220|nr_descendants:int@224
|kn:struct kernfs_node *@256|procs_file:struct cgroup_file@264|events_file:struct cgroup_file@320|subtree_control:u16@544
|root:struct cgroup_root *@696|e_csets:struct list_head[12]@720|old_dom_cgrp:struct cgroup *@920|bpf:struct cgroup_bpf@1160
|bpf_cgrp_storage:struct bpf_local_storage *@2216|ancestors:struct cgroup *[0]@2224|rstat_cpu:struct cgroup_rstat_cpu *@2240
struct cgroup_subsys_state 208 8|cgroup:struct cgroup *@0|ss:struct cgroup_subsys *@8|refcnt:struct percpu_ref@16
|sibling:struct list_head@40|children:struct list_head@56|id:int@72|flags:unsigned int@76|serial_nr:u64@80
|parent:struct cgroup_subsys_state *@184
struct cgroup_subsys 256 8|id:int@156|name:const char *@160|root:struct cgroup_root *@176
struct css_set 544 8|subsys:struct cgroup_subsys_state *[12]@0|refcount:refcount_t@96|dom_cset:struct css_set *@104
|dfl_cgrp:struct cgroup *@112|nr_tasks:int@120|tasks:struct list_head@128|mg_tasks:struct list_head@144|dying_tasks:struct list_head@160
|task_iters:struct list_head@176|cgrp_links:struct list_head@432
struct mm_struct 1472 8|mm_count:atomic_t@0|task_size:unsigned long@112|pgd:pgd_t *@120|mm_users:atomic_t@132|map_count:int@176
|page_table_lock:spinlock_t@180|mmap_lock:struct rw_semaphore@184|hiwater_rss:unsigned long@344|hiwater_vm:unsigned long@352
|total_vm:unsigned long@360|locked_vm:unsigned long@368|data_vm:unsigned long@384|exec_vm:unsigned long@392|stack_vm:unsigned long@400
|start_code:unsigned long@424|end_code:unsigned long@432|start_data:unsigned long@440|end_data:unsigned long@448
|start_brk:unsigned long@456|brk:unsigned long@464|start_stack:unsigned long@472|arg_start:unsigned long@480|arg_end:unsigned long@488
|env_start:unsigned long@496|env_end:unsigned long@504|flags:mm_flags_t@1272|owner:struct task_struct *@1296
|user_ns:struct user_namespace *@1304|exe_file:struct file *@1312
struct vm_area_struct 192 8|vm_start:unsigned long@0|vm_end:unsigned long@8|vm_mm:struct mm_struct *@16|vm_page_prot:pgprot_t@24
|vm_flags:const vm_flags_t@32|vm_ops:const struct vm_operations_struct *@72|vm_pgoff:unsigned long@80|vm_file:struct file *@88
|vm_private_data:void *@96
struct file 184 8|f_mode:fmode_t@4|f_op:const struct file_operations *@8|f_mapping:struct address_space *@16|private_data:void *@24
|f_inode:struct inode *@32|f_flags:unsigned int@40|f_iocb_flags:unsigned int@44|f_cred:const struct cred *@48
|f_owner:struct fown_struct *@56|f_path:const struct path@64|f_pos:loff_t@112|f_security:void *@120|f_wb_err:errseq_t@128
|f_ref:file_ref_t@176
struct file_operations 272 8|owner:struct module *@0|llseek:loff_t (*)(struct file *, loff_t, int)@16
|read:ssize_t (*)(struct file *, char *, size_t, loff_t *)@24|write:ssize_t (*)(struct file *, const char *, size_t, loff_t *)@32
|open:int (*)(struct inode *, struct file *)@104|release:int (*)(struct inode *, struct file *)@120
struct inode 616 8|i_mode:umode_t@0|i_opflags:unsigned short@2|i_uid:kuid_t@4|i_gid:kgid_t@8|i_flags:unsigned int@12
|i_op:const struct inode_operations *@32|i_sb:struct super_block *@40|i_mapping:struct address_space *@48|i_security:void *@56
|i_ino:unsigned long@64|i_nlink:const unsigned int@72|i_rdev:dev_t@76|i_size:loff_t@80|i_generation:u32@124|i_blkbits:u8@134
|i_blocks:blkcnt_t@136|i_state:enum inode_state_flags_t@144|i_version:atomic64_t@328|i_count:atomic_t@344
|i_fop:const struct file_operations *@360|i_private:void *@608
struct dentry 232 8|d_flags:unsigned int@0|d_parent:struct dentry *@24|d_name:const struct qstr@32|d_inode:struct inode *@48
|d_op:const struct dentry_operations *@96|d_sb:struct super_block *@104|d_fsdata:void *@120|d_lockref:struct lockref@128
|d_iname:unsigned char[40]@192
struct super_block 1472 8|s_list:struct list_head@0|s_dev:dev_t@16|s_blocksize_bits:unsigned char@20|s_blocksize:unsigned long@24
|s_maxbytes:loff_t@32|s_type:struct file_system_type *@40|s_op:const struct super_operations *@48|s_flags:unsigned long@80
|s_magic:unsigned long@96|s_root:struct dentry *@104|s_security:void *@160|s_fs_info:void *@888|s_id:char[32]@936|s_uuid:uuid_t@968
|s_user_ns:struct user_namespace *@1120
struct file_system_type 72 8|name:const char *@0|fs_flags:int@8|owner:struct module *@48
struct vfsmount 32 8|mnt_root:struct dentry *@0|mnt_sb:struct super_block *@8|mnt_flags:int@16
struct qstr 16 8|hash:u32@0|len:u32@4|hash_len:u64@0|name:const unsigned char *@8
struct cred 184 8|usage:atomic_long_t@0|uid:kuid_t@8|gid:kgid_t@12|suid:kuid_t@16|sgid:kgid_t@20|euid:kuid_t@24|egid:kgid_t@28
|fsuid:kuid_t@32|fsgid:kgid_t@36|securebits:unsigned int@40|cap_inheritable:kernel_cap_t@48|cap_permitted:kernel_cap_t@56
|cap_effective:kernel_cap_t@64|cap_bset:kernel_cap_t@72|cap_ambient:kernel_cap_t@80|security:void *@128|user:struct user_struct *@136
|user_ns:struct user_namespace *@144|ucounts:struct ucounts *@152
struct nsproxy 72 8|uts_ns:struct uts_namespace *@8|ipc_ns:struct ipc_namespace *@16|mnt_ns:struct mnt_namespace *@24
|pid_ns_for_children:struct pid_namespace *@32|net_ns:struct net *@40|time_ns:struct time_namespace *@48
|cgroup_ns:struct cgroup_namespace *@64
struct ns_common 80 8|stashed:struct dentry *@8|ops:const struct proc_ns_operations *@16|inum:unsigned int@24
struct uts_namespace 488 8|name:struct new_utsname@0|user_ns:struct user_namespace *@392|ns:struct ns_common@408
struct new_utsname 390 1|sysname:char[65]@0|nodename:char[65]@65|release:char[65]@130|version:char[65]@195|machine:char[65]@260
|domainname:char[65]@325
struct mnt_namespace 208 8|ns:struct ns_common@0|user_ns:struct user_namespace *@112|seq:u64@200
struct pid_namespace 344 8|pid_allocated:unsigned int@40|child_reaper:struct task_struct *@48|level:unsigned int@64
|parent:struct pid_namespace *@72|user_ns:struct user_namespace *@88|reboot:int@104|ns:struct ns_common@112
struct user_namespace 672 8|parent:struct user_namespace *@192|level:int@200|owner:kuid_t@204|group:kgid_t@208|ns:struct ns_common@216
|flags:unsigned long@296
struct pid 144 8|count:refcount_t@0|level:unsigned int@4|ino:u64@16|tasks:struct hlist_head[4]@64|inodes:struct hlist_head@96
|numbers:struct upid[0]@144
struct upid 16 8|nr:int@0|ns:struct pid_namespace *@8
struct signal_struct 1144 8|live:atomic_t@4|nr_threads:int@8|thread_head:struct list_head@16|wait_chldexit:wait_queue_head_t@32
|shared_pending:struct sigpending@64|group_exit_code:int@96|flags:unsigned int@116|pids:struct pid *[4]@360|leader:int@400
|tty:struct tty_struct *@408|utime:u64@432|stime:u64@440|rlim:struct rlimit[16]@680|oom_score_adj:short@1058|oom_score_adj_min:short@1060
|oom_mm:struct mm_struct *@1064
struct sighand_struct 2080 8|siglock:spinlock_t@0|count:refcount_t@4|action:struct k_sigaction[64]@32
struct files_struct 704 8|count:atomic_t@0|fdt:struct fdtable *@32|next_fd:unsigned int@132
struct fdtable 56 8|max_fds:unsigned int@0|fd:struct file **@8|close_on_exec:unsigned long *@16|open_fds:unsigned long *@24
struct fs_struct 56 8|users:int@0|umask:int@12|in_exec:int@16|root:struct path@24|pwd:struct path@40
struct linux_binprm 408 8|vma:struct vm_area_struct *@0|mm:struct mm_struct *@24|p:unsigned long@32|executable:struct file *@48
|interpreter:struct file *@56|file:struct file *@64|cred:struct cred *@72|unsafe:int@80|per_clear:unsigned int@84|argc:int@88|envc:int@92
|filename:const char *@96|interp:const char *@104|interp_flags:unsigned int@120|exec:unsigned long@128|buf:char[256]@152
struct kernfs_node 144 8|count:atomic_t@0|active:atomic_t@4|__parent:struct kernfs_node *@8|name:const char *@16|flags:unsigned short@60
|mode:umode_t@62|id:u64@96|priv:void *@104|iattr:struct kernfs_iattrs *@112|parent:struct kernfs_node *@136
struct mem_cgroup 2176 8|css:struct cgroup_subsys_state@0|id:struct mem_cgroup_id@208|memory:struct page_counter@256
|swap:struct page_counter@448|socket_pressure:u64@1176
struct thread_info 24 8|flags:unsigned long@0|syscall_work:unsigned long@8|status:u32@16|cpu:u32@20
struct sched_entity 256 8|load:struct load_weight@0|run_node:struct rb_node@16|on_rq:unsigned char@88|exec_start:u64@96
|sum_exec_runtime:u64@104|prev_sum_exec_runtime:u64@112|vruntime:u64@120
struct sched_ext_entity 224 8|dsq:struct scx_dispatch_q *@8|ddsp_dsq_id:u64@24|ddsp_enq_flags:u64@32|dsq_flags:u32@92|flags:u32@96
|weight:u32@100|sticky_cpu:s32@104|holding_cpu:s32@108|selected_cpu:s32@112|slice:u64@176|dsq_vtime:u64@184|disallow:bool@192
struct rq 3584 8|nr_running:unsigned int@4|nr_switches:u64@112|curr:struct task_struct *@2720|idle:struct task_struct *@2736
|clock:u64@2776|clock_task:u64@2816|cpu:int@2984
struct bpf_map 296 8|ops:const struct bpf_map_ops *@40|inner_map_meta:struct bpf_map *@48|map_type:enum bpf_map_type@64|key_size:u32@68
|value_size:u32@72|max_entries:u32@76|map_extra:u64@80|map_flags:u32@88|id:u32@92|name:char[16]@136|refcnt:atomic64_t@184
|usercnt:atomic64_t@192
struct bpf_prog 96 8|pages:u16@0|jited:u16@16/1|type:enum bpf_prog_type@4|expected_attach_type:enum bpf_attach_type@8|len:u32@12
|jited_len:u32@16|tag:u8[8]@20|aux:struct bpf_prog_aux *@80
struct bpf_prog_aux 1304 8|refcnt:atomic64_t@0|used_map_cnt:u32@8|max_ctx_offset:u32@16|id:u32@32|attach_func_name:const char *@232
|load_time:u64@984|name:char[16]@1016
struct bpf_link 88 8|refcnt:atomic64_t@0|id:u32@8|type:enum bpf_link_type@16|prog:struct bpf_prog *@32
struct seq_file 120 8|buf:char *@0|size:size_t@8|from:size_t@16|count:size_t@24|pad_until:size_t@32|index:loff_t@40|read_pos:loff_t@48
|file:const struct file *@104|private:void *@112
struct sock_common 136 8|skc_addrpair:__addrpair@0|skc_daddr:__be32@0|skc_rcv_saddr:__be32@4|skc_hash:unsigned int@8
|skc_portpair:__portpair@12|skc_dport:__be16@12|skc_num:__u16@14|skc_family:unsigned short@16|skc_state:volatile unsigned char@18
|skc_reuse:unsigned char@152/4|skc_reuseport:unsigned char@156/1|skc_ipv6only:unsigned char@157/1|skc_bound_dev_if:int@20
|skc_prot:struct proto *@40|skc_net:possible_net_t@48|skc_v6_daddr:struct in6_addr@56|skc_v6_rcv_saddr:struct in6_addr@72
|skc_cookie:atomic64_t@88|skc_flags:unsigned long@96|skc_tx_queue_mapping:unsigned short@120|skc_rx_queue_mapping:unsigned short@122
|skc_refcnt:refcount_t@128
struct sock 784 8|__sk_common:struct sock_common@0|sk_drops:atomic_t@136|sk_peek_off:__s32@140|sk_error_queue:struct sk_buff_head@144
|sk_receive_queue:struct sk_buff_head@168|sk_rx_dst:struct dst_entry *@216|sk_ll_usec:unsigned int@232|sk_userlocks:u8@243
|sk_rcvbuf:int@244|sk_filter:struct sk_filter *@248|sk_data_ready:void (*)(struct sock *)@264|sk_rcvlowat:int@280|sk_err:int@284
|sk_socket:struct socket *@288|sk_wmem_queued:int@376|sk_wmem_alloc:refcount_t@380|sk_tsq_flags:unsigned long@384
|sk_write_queue:struct sk_buff_head@400|sk_pacing_status:u32@428|sk_pacing_rate:unsigned long@488|sk_max_pacing_rate:unsigned long@504
|sk_priority:u32@520|sk_mark:u32@524|sk_uid:kuid_t@528|sk_protocol:u16@532|sk_type:u16@534|sk_gso_max_size:unsigned int@556
|sk_txhash:u32@564|sk_sndbuf:int@568|sk_shutdown:u8@575|sk_lingertime:unsigned long@576|sk_callback_lock:rwlock_t@592
|sk_ack_backlog:u32@600|sk_max_ack_backlog:u32@604|sk_user_data:void *@656|sk_security:void *@664|sk_cgrp_data:struct sock_cgroup_data@672
|sk_state_change:void (*)(struct sock *)@688|sk_write_space:void (*)(struct sock *)@696|sk_error_report:void (*)(struct sock *)@704
|sk_bpf_storage:struct bpf_local_storage *@736
struct socket 128 8|state:socket_state@0|type:short@4|flags:unsigned long@8|file:struct file *@16|sk:struct sock *@24
|ops:const struct proto_ops *@32
struct socket_alloc 768 8|socket:struct socket@0|vfs_inode:struct inode@128
struct inet_sock 1016 8|sk:struct sock@0|pinet6:struct ipv6_pinfo *@784|inet_saddr:__be32@808|uc_ttl:__s16@812|inet_sport:__be16@814
|inet_opt:struct ip_options_rcu *@816|inet_id:atomic_t@824|tos:__u8@828|min_ttl:__u8@829|mc_ttl:__u8@830|pmtudisc:__u8@831
struct inet_connection_sock 1408 8|icsk_inet:struct inet_sock@0|icsk_accept_queue:struct request_sock_queue@1016
|icsk_bind_hash:struct inet_bind_bucket *@1088|icsk_retransmit_timer:struct timer_list@1104|icsk_delack_timer:struct timer_list@1144
|icsk_rto:__u32@1184|icsk_rto_min:__u32@1188|icsk_pmtu_cookie:__u32@1200|icsk_ca_ops:const struct tcp_congestion_ops *@1208
|icsk_ulp_ops:const struct tcp_ulp_ops *@1224|icsk_ca_state:__u8@9984/5|icsk_retransmits:__u8@1249|icsk_pending:__u8@1250
|icsk_backoff:__u8@1251|icsk_syn_retries:__u8@1252|icsk_probes_out:__u8@1253|icsk_ext_hdr_len:__u16@1254|icsk_user_timeout:u32@1292
|icsk_ca_priv:u64[13]@1296|icsk_timeout:unsigned long@1400
struct tcp_sock 2304 8|inet_conn:struct inet_connection_sock@0|max_window:u32@1400|rcv_ssthresh:u32@1404|gso_segs:u16@1416
|snd_wnd:u32@1436|mss_cache:u32@1440|snd_cwnd:u32@1444|prr_out:u32@1448|lost_out:u32@1452|sacked_out:u32@1456|tcp_header_len:u16@1460
|repair:u8@11704/1|copied_seq:u32@1464|snd_wl1:u32@1468|rttvar_us:u32@1476|retrans_out:u32@1480|advmss:u16@1484|urg_data:u16@1486
|lost:u32@1488|snd_ssthresh:u32@1492|segs_out:u32@1536|data_segs_out:u32@1540|bytes_sent:u64@1544|snd_sml:u32@1552|lsndtime:u32@1584
|mdev_us:u32@1588|rtt_seq:u32@1592|ecn_flags:u8@1640|nonagle:u8@13128/4|rate_app_limited:u8@13132/1|pred_flags:__be32@1644
|tcp_clock_cache:u64@1648|tcp_mstamp:u64@1656|rcv_nxt:u32@1664|snd_nxt:u32@1668|snd_una:u32@1672|window_clamp:u32@1676|srtt_us:u32@1680
|packets_out:u32@1684|snd_up:u32@1688|delivered:u32@1692|delivered_ce:u32@1696|app_limited:u32@1716|rcv_wnd:u32@1720|rcv_tstamp:u32@1724
|bytes_received:u64@1752|segs_in:u32@1760|data_segs_in:u32@1764|rcv_wup:u32@1768|max_packets_out:u32@1772|cwnd_usage_seq:u32@1776
|rate_delivered:u32@1780|rate_interval_us:u32@1784|bytes_acked:u64@1824|dsack_dups:u32@1864|rack:struct tcp_rack@1888|mdev_max_us:u32@1924
|snd_cwnd_cnt:u32@1932|snd_cwnd_clamp:u32@1936|snd_cwnd_used:u32@1940|snd_cwnd_stamp:u32@1944|prior_cwnd:u32@1948|prr_delivered:u32@1952
|undo_marker:u32@2180|undo_retrans:int@2184|bytes_retrans:u64@2192|total_retrans:u32@2200|keepalive_time:unsigned int@2220
|bpf_sock_ops_cb_flags:u8@2232|saved_syn:struct saved_syn *@2288
struct udp_sock 1344 8|inet:struct inet_sock@0|pending:int@1024|encap_type:__u8@1028|len:__u16@1048
struct unix_sock 1152 8|sk:struct sock@0|addr:struct unix_address *@784|path:struct path@792|peer:struct sock *@872
struct unix_address 8 4|refcnt:refcount_t@0|len:int@4|name:struct sockaddr_un[0]@8
struct request_sock 232 8|__req_common:struct sock_common@0|dl_next:struct request_sock *@136|mss:u16@144|num_retrans:u8@146
|syncookie:u8@1176/1|num_timeout:u8@1177/7|ts_recent:u32@148|rsk_timer:struct timer_list@152|rsk_ops:const struct request_sock_ops *@192
|sk:struct sock *@200|saved_syn:struct saved_syn *@208|secid:u32@216|timeout:u32@224
struct net 4288 8|passive:refcount_t@0|user_ns:struct user_namespace *@112|ns:struct ns_common@152|proc_net:struct proc_dir_entry *@248
|loopback_dev:struct net_device *@440|net_cookie:u64@4160
struct net_device 2496 8|priv_flags:unsigned long@0/32|netdev_ops:const struct net_device_ops *@8|real_num_tx_queues:unsigned int@40
|mtu:unsigned int@56|flags:unsigned int@176|hard_header_len:unsigned short@180|features:netdev_features_t@184|ifindex:int@224
|real_num_rx_queues:unsigned int@228|nd_net:possible_net_t@264|name:char[16]@280|xdp_features:xdp_features_t@448
|hw_features:netdev_features_t@480|type:unsigned short@536|ethtool_ops:const struct ethtool_ops *@744|operstate:unsigned int@768
|perm_addr:unsigned char[32]@775|addr_len:unsigned char@808|dev_addr:const unsigned char *@968|num_rx_queues:unsigned int@976
|num_tx_queues:unsigned int@1056|reg_state:u8@1312|dev:struct device@1344|rtnl_link_ops:const struct rtnl_link_ops *@2088
struct sk_buff 224 8|next:struct sk_buff *@0|prev:struct sk_buff *@8|dev:struct net_device *@16|sk:struct sock *@24|tstamp:ktime_t@32
|cb:char[48]@40|_skb_refdst:unsigned long@88|len:unsigned int@112|data_len:unsigned int@116|mac_len:__u16@120|hdr_len:__u16@122
|queue_mapping:__u16@124|cloned:__u8@1008/1|nohdr:__u8@1009/1|fclone:__u8@1010/2|pkt_type:__u8@1024/3|ignore_df:__u8@1027/1
|ip_summed:__u8@1029/2|ooo_okay:__u8@1031/1|l4_hash:__u8@1041/1|sw_hash:__u8@1042/1|csum:__wsum@136|csum_start:__u16@136
|csum_offset:__u16@138|priority:__u32@140|skb_iif:int@144|hash:__u32@148|vlan_all:u32@152|vlan_proto:__be16@152|vlan_tci:__u16@154
|napi_id:unsigned int@156|secmark:__u32@160|mark:__u32@164|reserved_tailroom:__u32@164|inner_protocol:__be16@168
|inner_transport_header:__u16@170|inner_network_header:__u16@172|inner_mac_header:__u16@174|protocol:__be16@176|transport_header:__u16@178
|network_header:__u16@180|mac_header:__u16@182|tail:sk_buff_data_t@184|end:sk_buff_data_t@188|head:unsigned char *@192
|data:unsigned char *@200|truesize:unsigned int@208|users:refcount_t@212
struct sk_buff_head 24 8|next:struct sk_buff *@0|prev:struct sk_buff *@8|qlen:__u32@16|lock:spinlock_t@20
struct skb_shared_info 320 8|nr_frags:__u8@2|tx_flags:__u8@3|gso_size:unsigned short@4|gso_segs:unsigned short@6
|frag_list:struct sk_buff *@8|gso_type:unsigned int@24|dataref:atomic_t@32|frags:skb_frag_t[17]@48
struct nf_conn 248 8|ct_general:struct nf_conntrack@0|timeout:u32@8|tuplehash:struct nf_conntrack_tuple_hash[2]@16
|status:unsigned long@128|mark:u_int32_t@168|secmark:u_int32_t@172|proto:union nf_conntrack_proto@184
struct nf_conntrack 4 4|use:refcount_t@0
struct Qdisc 384 8|flags:unsigned int@16|limit:u32@20|ops:const struct Qdisc_ops *@24|handle:u32@56|parent:u32@60
|q:struct qdisc_skb_head@152|owner:int@212|state:unsigned long@216
struct page 72 8|flags:memdesc_flags_t@0|mapping:struct address_space *@24|private:unsigned long@40|_mapcount:atomic_t@48
|_refcount:atomic_t@52|index:unsigned long@64
struct folio 256 8|flags:memdesc_flags_t@0|mapping:struct address_space *@24|index:unsigned long@32|private:void *@40
|_mapcount:atomic_t@48|_refcount:atomic_t@52|page:struct page@0
struct bio 120 8|bi_next:struct bio *@0|bi_bdev:struct block_device *@8|bi_opf:blk_opf_t@16|bi_flags:unsigned short@20
|bi_status:blk_status_t@26|bi_iter:struct bvec_iter@32|bi_end_io:bio_end_io_t *@56|bi_private:void *@64|bi_vcnt:unsigned short@96
struct bvec_iter 20 1|bi_sector:sector_t@0|bi_size:unsigned int@8|bi_idx:unsigned int@12
struct request 248 8|q:struct request_queue *@0|mq_ctx:struct blk_mq_ctx *@8|cmd_flags:blk_opf_t@24|rq_flags:req_flags_t@28|tag:int@32
|internal_tag:int@36|__data_len:unsigned int@44|__sector:sector_t@48|bio:struct bio *@56|biotail:struct bio *@64|start_time_ns:u64@104
|io_start_time_ns:u64@112|state:enum mq_rq_state@128
struct request_queue 984 8|queuedata:void *@0|elevator:struct elevator_queue *@8|disk:struct gendisk *@104|node:int@560
struct gendisk 568 8|major:int@0|first_minor:int@4|minors:int@8|disk_name:char[32]@12|part0:struct block_device *@64
|queue:struct request_queue *@80|private_data:void *@88
struct block_device 904 8|bd_start_sect:sector_t@0|bd_nr_sectors:sector_t@8|bd_disk:struct gendisk *@16|bd_queue:struct request_queue *@24
|bd_dev:dev_t@52
struct key 216 8|serial:key_serial_t@4|uid:kuid_t@104|gid:kgid_t@108|perm:key_perm_t@112|flags:unsigned long@128
|type:struct key_type *@152|description:char *@168
struct module 776 8|state:enum module_state@0|name:char[56]@24|refcnt:atomic_t@768
struct kobject 64 8|name:const char *@0|parent:struct kobject *@24|kset:struct kset *@32|kref:struct kref@56
struct device 696 8|kobj:struct kobject@0|parent:struct device *@64|type:const struct device_type *@88|bus:const struct bus_type *@96
|driver:struct device_driver *@104|driver_data:void *@120|devt:dev_t@604|id:u32@608
struct hid_device 7568 8|rdesc:const __u8 *@16|rsize:unsigned int@32|bus:__u16@56|group:__u16@58|vendor:__u32@60|product:__u32@64
|version:__u32@68|name:char[128]@7176|phys:char[64]@7304|uniq:char[64]@7368
struct Qdisc_ops 176 8|next:struct Qdisc_ops *@0|cl_ops:const struct Qdisc_class_ops *@8|id:char[16]@16|priv_size:int@32
|static_flags:unsigned int@36|enqueue:int (*)(struct sk_buff *, struct Qdisc *, struct sk_buff **)@40
|dequeue:struct sk_buff *(*)(struct Qdisc *)@48|peek:struct sk_buff *(*)(struct Qdisc *)@56
|init:int (*)(struct Qdisc *, struct nlattr *, struct netlink_ext_ack *)@64|reset:void (*)(struct Qdisc *)@72
|destroy:void (*)(struct Qdisc *)@80|change:int (*)(struct Qdisc *, struct nlattr *, struct netlink_ext_ack *)@88
|attach:void (*)(struct Qdisc *)@96|owner:struct module *@168
struct perf_event 1352 8|state:enum perf_event_state@168|count:local64_t@176|attr:struct perf_event_attr@216|hw:struct hw_perf_event@360
|prog:struct bpf_prog *@1048
struct bpf_perf_event_data_kern 24 8|regs:bpf_user_pt_regs_t *@0|data:struct perf_sample_data *@8|event:struct perf_event *@16
struct bpf_sock_addr_kern 40 8|sk:struct sock *@0|uaddr:struct sockaddr *@8|tmp_reg:u64@16|t_ctx:void *@24|uaddrlen:u32@32
struct bpf_iter_seq_task_info 32 8|common:struct bpf_iter_seq_task_common@0|tid:u32@24
struct kstat 192 8|result_mask:u32@0|mode:umode_t@4|nlink:unsigned int@8|blksize:uint32_t@12|attributes:u64@16|ino:u64@32|dev:dev_t@40
|rdev:dev_t@44|uid:kuid_t@48|gid:kgid_t@52|size:loff_t@56
`;
