package journal

// ForgetNames lets go of what the journal holds in memory of people: the names and
// numbers that are searched, and the keys that are unwrapped. It is for the lock of
// a counter: what is asked for afterwards is read and unwrapped anew. Go cannot
// overwrite a string; what was let go is gone with the next collection.
func (j *Journal) ForgetNames() {
	j.search.mu.Lock()
	clear(j.search.days)
	j.search.mu.Unlock()
	j.keys.close()
}
