package store

// syncFolder has nothing to do: NTFS journals renames, and Windows opens no
// folder for syncing.
func syncFolder(string) error { return nil }
