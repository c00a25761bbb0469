package desk_test

import (
	"context"
	"testing"
	"testing/synctest"

	"counterfoil/app/desk"
)

// TestAPadThatIsPluggedInIsOpenedAtOnce: the desk has waited longer and longer, and
// is told that something was plugged in.
func TestAPadThatIsPluggedInIsOpenedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := make(chan struct{}, 1)
		h := newHall(t, func(o *desk.Options) { o.Plugged = func(context.Context) <-chan struct{} { return told } })
		defer func() { h.stop() }()
		h.run([]string{"expect", "pad", "good"}, []string{"unplug", "pad"}, []string{"pass", "60s"}, []string{"expect", "pad", "waiting", "pad-missing"})
		h.run([]string{"plug", "pad"})
		told <- struct{}{}
		h.run([]string{"pass", "1s"}, []string{"expect", "pad", "good"}) // by itself it would have looked later
		close(told)                                                      // nobody tells any more: the desk looks by itself
		h.run([]string{"unplug", "pad"}, []string{"pass", "60s"}, []string{"plug", "pad"}, []string{"pass", "6s"}, []string{"expect", "pad", "good"})
	})
}
