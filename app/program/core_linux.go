package program

import "golang.org/x/sys/unix"

// leaveNoCore says that a crash writes nothing of the program's memory to disk: no
// core file (the limit of its size is 0 and stays so), and none by a collector
// outside (the process is not dumpable: then core_pattern's program gets nothing,
// and nobody but root reads the memory through /proc or ptrace).
func leaveNoCore() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return err
	}
	return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
