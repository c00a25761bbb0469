package outbox

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

// plan hands out drawn choices, and good ones when they are used up: every
// outage ends some day.
type plan struct {
	mu    sync.Mutex
	draws []int
}

func (p *plan) next() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.draws) == 0 {
		return 0
	}
	d := p.draws[0]
	p.draws = p.draws[1:]
	return d
}

func TestEveryEntryIsRecordedOnceInOrderWhateverFails(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cases := rapid.IntRange(1, 6).Draw(rt, "cases")
		steps := rapid.IntRange(1, 5).Draw(rt, "steps")
		answers := &plan{draws: rapid.SliceOfN(rapid.IntRange(0, int(refused)-1), 0, 60).Draw(rt, "answers")}
		disks := &plan{draws: rapid.SliceOfN(rapid.IntRange(0, 3), 0, 60).Draw(rt, "disk")}
		lives := rapid.SliceOfN(rapid.IntRange(1, 40_000), 0, 6).Draw(rt, "milliseconds until the program ends")
		killed := rapid.SliceOfN(rapid.Bool(), len(lives), len(lives)).Draw(rt, "by a crash")
		never := rapid.IntRange(0, cases).Draw(rt, "the case that the rules refuse (0: none)")
		var problem string
		synctest.Test(t, func(t *testing.T) {
			d := &disk{}
			c := &book{behave: func(raw string, _ int) fault {
				if strings.HasPrefix(raw, fmt.Sprintf("%d/", never)) && strings.HasSuffix(raw, "/2") {
					return refused
				}
				return fault(answers.next())
			}}
			for seq := range steps {
				for id := range cases {
					d.add(casework.CaseID(fmt.Sprint(id+1)), seq+1)
				}
			}
			for i, life := range lives {
				s := d.reopen()
				s.fails = func() bool { return disks.next() == 1 }
				live(s, c, time.Duration(life)*time.Millisecond, killed[i])
			}
			live(d.reopen(), c, time.Hour, false)
			problem = judge(d, c, never)
		})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}

// live runs the program for a while; a crash lets it write nothing more.
func live(s *open, c *book, for_ time.Duration, crash bool) {
	ctx, cancel := context.WithTimeout(context.Background(), for_)
	defer cancel()
	if crash {
		defer context.AfterFunc(ctx, func() { s.mu.Lock(); s.dead = true; s.mu.Unlock() })()
	}
	_ = New(s, c, Options{Parallel: 3}).Run(ctx)
}

func judge(d *disk, c *book, never int) string {
	if !d.finished() {
		return "not everything has come to its end"
	}
	next := map[string]int{}
	for _, raw := range c.recorded {
		id, seq, _ := strings.Cut(raw, "/")
		if next[id]++; seq != fmt.Sprint(next[id]) {
			return fmt.Sprintf("%s is recorded as number %d of its case", raw, next[id])
		}
	}
	for _, r := range d.rows {
		refusedCase := string(r.Case) == fmt.Sprint(never) && r.Seq >= 2
		if c.there[string(r.Raw)] == refusedCase {
			return fmt.Sprintf("%s recorded: %v", r.Raw, !refusedCase)
		}
		if r.state == casework.Committed != c.there[string(r.Raw)] {
			return fmt.Sprintf("%s is %s", r.Raw, r.state)
		}
	}
	return ""
}
