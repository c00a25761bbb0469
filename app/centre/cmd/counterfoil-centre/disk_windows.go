package main

import "golang.org/x/sys/windows"

// free returns the space that is left for this user where dir lies, in bytes.
func free(dir string) (int64, error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var left uint64
	err = windows.GetDiskFreeSpaceEx(name, &left, nil, nil)
	return int64(left), err
}
