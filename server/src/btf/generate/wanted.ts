// Which of the kernel's types the built-in table holds: those that BPF programs name most, with the fields that they read most.

const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);

/** Records that are taken with all their fields. */
export const WHOLE_RECORDS = words(`
	__sk_buff xdp_md bpf_sock bpf_tcp_sock bpf_sock_tuple bpf_sock_addr bpf_sock_ops bpf_sk_lookup sk_msg_md sk_reuseport_md bpf_sockopt bpf_sysctl
	bpf_cgroup_dev_ctx bpf_raw_tracepoint_args bpf_perf_event_data bpf_perf_event_value bpf_fib_lookup bpf_tunnel_key bpf_redir_neigh
	bpf_pidns_info bpf_flow_keys bpf_cgroup_storage_key bpf_cpumap_val bpf_devmap_val btf_ptr bpf_stack_build_id
	bpf_spin_lock bpf_res_spin_lock bpf_timer bpf_wq bpf_list_head bpf_list_node bpf_rb_root bpf_rb_node bpf_refcount bpf_dynptr
	bpf_iter_num bpf_iter_task bpf_iter_task_vma bpf_iter_css bpf_iter_css_task bpf_iter_bits bpf_iter_kmem_cache
	bpf_cpumask cpumask pt_regs list_head hlist_head hlist_node hlist_nulls_node hlist_nulls_head rb_node rb_root callback_head refcount_struct kref
	path timespec64 in_addr in6_addr iphdr ipv6hdr tcphdr udphdr ethhdr sockaddr sockaddr_in sockaddr_in6 sockaddr_un
	trace_entry trace_event_raw_sys_enter trace_event_raw_sys_exit trace_event_raw_sched_switch trace_event_raw_sched_process_exec
	bpf_iter__task bpf_iter__task_file bpf_iter__task_vma bpf_iter__bpf_map bpf_iter__bpf_prog bpf_iter__cgroup bpf_iter__tcp bpf_iter__udp
	bpf_iter__unix bpf_iter__netlink bpf_iter__sockmap bpf_iter__bpf_map_elem bpf_iter__bpf_sk_storage_map bpf_iter__bpf_link bpf_iter__ksym
	bpf_iter__ipv6_route bpf_iter_meta bpf_nf_ctx bpf_ct_opts nf_hook_state bpf_crypto_params hid_bpf_ctx xdp_buff
	tcp_congestion_ops rate_sample ack_sample bpf_dummy_ops bpf_dummy_ops_state
	sched_ext_ops sched_ext_ops_cid scx_init_task_args scx_exit_task_args scx_cpu_acquire_args scx_cpu_release_args scx_exit_info scx_dump_ctx
	scx_cgroup_init_args scx_sub_attach_args scx_sub_detach_args scx_bpf_select_cpu_and_args scx_bpf_dsq_insert_vtime_args scx_event_stats
	scx_cid_topo scx_cmask bpf_iter_scx_dsq
`);

/** Records of which some fields are taken. */
export const PARTIAL_RECORDS: ReadonlyMap<string, readonly string[]> = new Map(
	`
	task_struct: thread_info __state stack usage flags on_cpu wake_cpu on_rq prio static_prio normal_prio rt_priority se rt policy nr_cpus_allowed cpus_ptr user_cpus_ptr cpus_mask rcu_read_lock_nesting tasks mm active_mm exit_state exit_code exit_signal pdeath_signal rcu_users pid tgid real_parent parent children sibling group_leader ptraced thread_pid pid_links thread_node utime stime start_time start_boottime min_flt maj_flt ptracer_cred real_cred cred comm fs files nsproxy signal sighand blocked pending loginuid sessionid seccomp audit_context alloc_lock pi_lock bio_list last_siginfo ioac cgroups cg_list perf_event_ctxp bpf_storage bpf_ctx thread mempolicy numa_group security scx
	cgroup: self flags id level max_depth nr_descendants kn procs_file events_file subtree_control root e_csets old_dom_cgrp rstat_cpu bpf bpf_cgrp_storage ancestors
	cgroup_subsys_state: cgroup ss refcnt sibling children id flags serial_nr parent
	cgroup_subsys: id name root
	css_set: subsys refcount dom_cset dfl_cgrp nr_tasks tasks mg_tasks dying_tasks task_iters cgrp_links
	mm_struct: mm_count pgd mm_users map_count page_table_lock mmap_lock hiwater_rss hiwater_vm total_vm locked_vm data_vm exec_vm stack_vm start_code end_code start_data end_data start_brk brk start_stack arg_start arg_end env_start env_end flags owner user_ns exe_file task_size
	vm_area_struct: vm_start vm_end vm_mm vm_flags vm_page_prot vm_ops vm_pgoff vm_file vm_private_data
	file: f_mode f_op f_mapping private_data f_inode f_flags f_iocb_flags f_cred f_path f_pos f_owner f_ref f_security f_wb_err
	file_operations: owner llseek read write open release
	inode: i_mode i_opflags i_uid i_gid i_flags i_op i_sb i_mapping i_security i_ino i_nlink i_rdev i_size i_blkbits i_blocks i_state i_count i_version i_fop i_private i_generation
	dentry: d_flags d_parent d_name d_inode d_iname d_op d_sb d_fsdata d_lockref
	super_block: s_list s_dev s_blocksize_bits s_blocksize s_maxbytes s_type s_op s_flags s_magic s_root s_security s_fs_info s_id s_uuid s_user_ns s_mode
	file_system_type: name fs_flags owner
	vfsmount: mnt_root mnt_sb mnt_flags
	qstr: hash len name hash_len
	cred: usage uid gid suid sgid euid egid fsuid fsgid securebits cap_inheritable cap_permitted cap_effective cap_bset cap_ambient security user user_ns ucounts
	nsproxy: uts_ns ipc_ns mnt_ns pid_ns_for_children net_ns time_ns cgroup_ns
	ns_common: inum stashed ops
	uts_namespace: name user_ns ns
	new_utsname: sysname nodename release version machine domainname
	mnt_namespace: ns user_ns seq
	pid_namespace: child_reaper level parent user_ns ns reboot pid_allocated
	user_namespace: parent level owner group flags ns
	pid: count level tasks inodes numbers ino
	upid: nr ns
	signal_struct: live nr_threads thread_head wait_chldexit shared_pending group_exit_code group_exit_task flags pids tty leader utime stime oom_score_adj oom_score_adj_min oom_mm rlim
	sighand_struct: siglock count action
	files_struct: count fdt next_fd
	fdtable: max_fds fd close_on_exec open_fds
	fs_struct: users umask in_exec root pwd
	linux_binprm: vma mm p file executable interpreter filename interp unsafe per_clear argc envc cred interp_flags exec buf
	kernfs_node: count active parent __parent name id flags mode iattr priv
	mem_cgroup: css id memory swap events socket_pressure
	thread_info: flags syscall_work status cpu
	sched_entity: load run_node on_rq exec_start sum_exec_runtime prev_sum_exec_runtime vruntime
	sched_ext_entity: dsq flags dsq_flags weight sticky_cpu holding_cpu selected_cpu ddsp_dsq_id ddsp_enq_flags slice dsq_vtime disallow
	rq: nr_running nr_switches curr idle clock clock_task cpu
	bpf_map: ops inner_map_meta map_type key_size value_size max_entries map_extra map_flags id name refcnt usercnt
	bpf_prog: pages jited type expected_attach_type len jited_len tag aux
	bpf_prog_aux: refcnt used_map_cnt max_ctx_offset id name load_time attach_func_name sleepable
	bpf_link: refcnt id type prog
	seq_file: buf size from count pad_until index read_pos file private
	sock_common: skc_daddr skc_rcv_saddr skc_addrpair skc_hash skc_dport skc_num skc_portpair skc_family skc_state skc_reuse skc_reuseport skc_ipv6only skc_bound_dev_if skc_prot skc_net skc_v6_daddr skc_v6_rcv_saddr skc_cookie skc_flags skc_refcnt skc_tx_queue_mapping skc_rx_queue_mapping
	sock: __sk_common sk_rx_dst sk_drops sk_peek_off sk_error_queue sk_receive_queue sk_backlog sk_ll_usec sk_data_ready sk_rcvlowat sk_rcvbuf sk_err sk_filter sk_wmem_queued sk_wmem_alloc sk_tsq_flags sk_write_queue sk_sndbuf sk_mark sk_priority sk_protocol sk_type sk_pacing_rate sk_pacing_status sk_max_pacing_rate sk_gso_max_size sk_uid sk_lingertime sk_ack_backlog sk_max_ack_backlog sk_socket sk_security sk_cgrp_data sk_state_change sk_write_space sk_error_report sk_shutdown sk_userlocks sk_user_data sk_txhash sk_bpf_storage sk_callback_lock
	socket: state type flags file sk ops
	socket_alloc: socket vfs_inode
	inet_sock: sk inet_saddr uc_ttl inet_sport inet_opt inet_id tos min_ttl mc_ttl pmtudisc pinet6
	inet_connection_sock: icsk_inet icsk_accept_queue icsk_bind_hash icsk_timeout icsk_retransmit_timer icsk_delack_timer icsk_rto icsk_rto_min icsk_pmtu_cookie icsk_ca_ops icsk_ca_state icsk_retransmits icsk_pending icsk_backoff icsk_syn_retries icsk_probes_out icsk_ext_hdr_len icsk_ack icsk_mtup icsk_user_timeout icsk_ca_priv icsk_ulp_ops
	tcp_sock: inet_conn tcp_header_len gso_segs bytes_received segs_in data_segs_in rcv_nxt copied_seq rcv_wup snd_nxt segs_out data_segs_out bytes_sent bytes_acked dsack_dups snd_una snd_sml rcv_tstamp lsndtime snd_wl1 snd_wnd max_window mss_cache window_clamp rcv_ssthresh rack advmss delivered delivered_ce app_limited rcv_wnd tcp_clock_cache tcp_mstamp srtt_us mdev_us mdev_max_us rttvar_us rtt_seq packets_out retrans_out max_packets_out cwnd_usage_seq urg_data ecn_flags snd_up pred_flags snd_ssthresh snd_cwnd snd_cwnd_cnt snd_cwnd_clamp snd_cwnd_used snd_cwnd_stamp prior_cwnd prr_delivered prr_out rcv_rtt_est lost sacked_out lost_out sack_ok nonagle repair total_retrans undo_marker undo_retrans bytes_retrans keepalive_time mtu_probe bpf_sock_ops_cb_flags saved_syn rate_app_limited rate_delivered rate_interval_us
	udp_sock: inet pending encap_type len
	unix_sock: sk addr path peer
	unix_address: refcnt len name
	request_sock: __req_common dl_next mss num_retrans syncookie num_timeout ts_recent rsk_timer rsk_ops sk saved_syn secid timeout
	net: passive count user_ns ns proc_net loopback_dev net_cookie
	net_device: name ifindex mtu flags priv_flags dev_addr features hw_features type hard_header_len addr_len operstate reg_state nd_net num_tx_queues num_rx_queues real_num_tx_queues real_num_rx_queues netdev_ops ethtool_ops perm_addr xdp_features rtnl_link_ops dev
	sk_buff: next prev dev sk tstamp cb len data_len mac_len hdr_len queue_mapping cloned nohdr fclone pkt_type ignore_df ip_summed ooo_okay l4_hash sw_hash csum csum_start csum_offset priority skb_iif hash vlan_all vlan_proto vlan_tci napi_id secmark mark reserved_tailroom inner_protocol inner_transport_header inner_network_header inner_mac_header protocol transport_header network_header mac_header tail end head data truesize users _skb_refdst
	sk_buff_head: next prev qlen lock
	skb_shared_info: nr_frags tx_flags gso_size gso_segs gso_type frag_list dataref frags
	nf_conn: ct_general timeout tuplehash status mark secmark proto
	nf_conntrack: use
	Qdisc: flags limit ops handle parent q state owner
	page: flags mapping index private _refcount _mapcount
	folio: flags mapping index private _refcount _mapcount page
	bio: bi_next bi_bdev bi_opf bi_flags bi_status bi_iter bi_end_io bi_private bi_vcnt
	bvec_iter: bi_sector bi_size bi_idx
	request: q mq_ctx cmd_flags rq_flags tag internal_tag __data_len __sector bio biotail start_time_ns io_start_time_ns state
	request_queue: queuedata elevator disk node
	gendisk: major first_minor minors disk_name part0 queue private_data
	block_device: bd_start_sect bd_nr_sectors bd_disk bd_queue bd_dev bd_partno
	key: serial type description uid gid perm flags
	module: state name refcnt
	kobject: name parent kset kref
	device: kobj parent type bus driver driver_data id devt
	hid_device: rdesc rsize bus group vendor product version name phys uniq
	hid_bpf_ops: hid_id flags list hid_device_event hid_rdesc_fixup hid_hw_request hid_hw_output_report hdev
	Qdisc_ops: next cl_ops id priv_size static_flags enqueue dequeue peek init reset destroy change attach owner
	perf_event: state count attr hw prog
	bpf_perf_event_data_kern: regs data event
	bpf_sock_addr_kern: sk uaddr tmp_reg t_ctx uaddrlen
	bpf_iter_seq_task_info: common tid
	kstat: result_mask mode nlink blksize attributes ino dev rdev uid gid size
`
		.trim()
		.split('\n')
		.map((line) => line.trim().split(': ', 2))
		.map(([name = '', fields = '']) => [name, words(fields)]),
);

/** Typedefs; one of an unnamed struct is taken with the struct. */
export const TYPEDEFS = words(`
	u8 u16 u32 u64 s8 s16 s32 s64 __u8 __u16 __u32 __u64 __s8 __s16 __s32 __s64 __be16 __be32 __be64 __le16 __le32 __le64 __wsum __sum16
	uint8_t uint16_t uint32_t uint64_t int8_t int16_t int32_t int64_t uintptr_t size_t ssize_t ptrdiff_t loff_t off_t
	pid_t uid_t gid_t dev_t umode_t mode_t bool gfp_t fmode_t sector_t time64_t ktime_t clock_t key_serial_t projid_t qid_t
	atomic_t atomic64_t atomic_long_t refcount_t spinlock_t raw_spinlock_t rwlock_t kuid_t kgid_t kernel_cap_t cpumask_t cpumask_var_t
	sa_family_t __kernel_sa_family_t __kernel_size_t __kernel_pid_t __kernel_loff_t possible_net_t netdev_features_t vm_flags_t pgprot_t pgoff_t
	blk_opf_t blk_status_t __addrpair __portpair socket_lock_t sk_buff_data_t nodemask_t fl_owner_t errseq_t __poll_t wait_queue_head_t sigset_t
	uuid_t guid_t __kernel_time64_t __kernel_ulong_t __kernel_long_t arch_spinlock_t lockref_t req_flags_t
`);

/** Enumerations, by tag. */
export const ENUMERATIONS = words(`
	bpf_map_type bpf_prog_type bpf_attach_type xdp_action sk_action bpf_ret_code bpf_hdr_start_off bpf_adj_room_mode bpf_cgroup_iter_order
	bpf_iter_task_type bpf_link_type bpf_stats_type bpf_kfunc_flags bpf_lwt_encap_mode pid_type sock_type nf_inet_hooks hid_report_type
	hid_class_request cgroup_subsys_id scx_enq_flags scx_deq_flags scx_kick_flags scx_tg_flags scx_dsq_id_flags scx_ops_flags scx_public_consts
	scx_exit_kind scx_exit_code scx_exit_flags scx_cpu_preempt_reason scx_pick_idle_cpu_flags scx_consts scx_ent_flags scx_ent_dsq_flags scx_wake_flags
	scx_rq_flags scx_reenq_flags scx_dsq_iter_flags page_size_enum tcp_ca_state tcp_ca_event sk_pacing bpf_task_fd_type bpf_addr_space_cast
`);

/** Unnamed enumerations are taken when they hold an enumerator that begins so. */
export const ENUMERATOR_PREFIXES = words(`
	BPF_ANY BPF_F_ BPF_SK_STORAGE_GET BPF_LOCAL_STORAGE BPF_RB_ BPF_RINGBUF_ BPF_SOCK_OPS_ BPF_TCP_ BPF_FIB_ BPF_CSUM_ BPF_TASK_ITER_ BPF_NO BPF_LOAD_HDR BPF_WRITE_HDR BPF_MAX_LOOPS
	BPF_SKB_ BPF_DEVCG BPF_FLOW_DISSECTOR BPF_BOUND CSS_TASK_ITER TCP_ESTABLISHED IPPROTO_IP
`);

/** Macros of kernel headers that programs use as numbers, for where these headers are not installed. */
export const MACROS = words(`
	TC_ACT_UNSPEC=-1 TC_ACT_OK=0 TC_ACT_RECLASSIFY=1 TC_ACT_SHOT=2 TC_ACT_PIPE=3 TC_ACT_STOLEN=4 TC_ACT_QUEUED=5 TC_ACT_REPEAT=6 TC_ACT_REDIRECT=7
	ETH_P_IP=2048 ETH_P_ARP=2054 ETH_P_8021Q=33024 ETH_P_8021AD=34984 ETH_P_IPV6=34525 ETH_ALEN=6 ETH_HLEN=14 AF_UNIX=1 AF_INET=2 AF_INET6=10
	NF_DROP=0 NF_ACCEPT=1 SOL_SOCKET=1 SOL_TCP=6 SOL_UDP=17 PROT_NONE=0 PROT_READ=1 PROT_WRITE=2 PROT_EXEC=4
	EPERM=1 ENOENT=2 ESRCH=3 EINTR=4 EIO=5 E2BIG=7 EBADF=9 EAGAIN=11 ENOMEM=12 EACCES=13 EFAULT=14 EBUSY=16 EEXIST=17 ENODEV=19 ENOTDIR=20 EISDIR=21 EINVAL=22
	ENOSPC=28 ERANGE=34 ENOSYS=38 ENOTSUP=95 EOPNOTSUPP=95 EADDRINUSE=98 ENOBUFS=105 ETIMEDOUT=110 ECONNREFUSED=111
`);
