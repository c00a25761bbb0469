package journal

import "context"

// Changed returns a channel that receives after every change. Changes that
// nobody has taken yet count as one: at most one value waits. It is closed when
// ctx ends.
func (j *Journal) Changed(ctx context.Context) <-chan struct{} { return j.news.Watch(ctx) }
