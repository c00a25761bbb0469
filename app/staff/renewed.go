package staff

import (
	"context"

	"counterfoil/app/casework"
)

// Renewed returns a channel that receives after every roster that was taken; those
// that nobody has taken note of yet count as one. It is closed when ctx ends.
func (s *Staff) Renewed(ctx context.Context) <-chan struct{} { return s.news.Watch(ctx) }

// Person returns whom the roster in force has under a number; see desk.Staff.
func (s *Staff) Person(number string) (casework.Clerk, error) {
	r, err := s.current()
	if err != nil {
		return casework.Clerk{}, err
	}
	c, known := find(r, number)
	if !known || c.Suspended {
		return casework.Clerk{}, casework.Refuse(casework.ClerkSuspended, "the hall lets nobody work under the number")
	}
	return s.clerk(c), nil
}
