//go:build !windows

package main

import "syscall"

// free returns the space that is left for this user where dir lies, in bytes.
func free(dir string) (int64, error) {
	var s syscall.Statfs_t
	err := syscall.Statfs(dir, &s)
	return int64(s.Bavail) * int64(s.Bsize), err
}
