package authorization

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	campaign "counterfoil/packaging/campaign/asked"
)

// city is what the attackers play against: the real budget, with a clock that
// they are handed.
type city struct {
	budget  *Budget
	now     time.Time
	hits    float64 // expected, of the day: the sum of exposures that were compared for a grant, over the numbers
	guesses int
}

// kept is how many numbers may be taken by codes that are kept: each number that
// is not a live code makes the others likelier by as much.
const kept = codes / 100

// guess enters one number where exposure codes could match, and returns the
// entry when it was compared.
func (c *city) guess(who Caller, clerk casework.Pseudonym, exposure int) (store.Try, Verdict) {
	c.guesses++
	v := c.budget.Ask(c.now, who, clerk, exposure)
	y := store.Try{Time: c.now, Hall: who.Hall, Counter: who.Counter, Clerk: clerk, Exposure: exposure, Counted: true}
	switch v {
	case Free:
		c.hits += float64(exposure) / (codes - kept)
	case Tap:
		y.Exposure = 0
	case Shut:
		return y, v
	}
	c.budget.Charge(y)
	return y, v
}

// corrected is what a redeemed code of the attackers' own does to a wrong entry
// of its case.
func (c *city) corrected(y store.Try, own bool) {
	c.budget.GiveBack(y)
	y.Counted = false
	if own && y.Exposure > 0 {
		y.Exposure--
	}
	c.budget.Charge(y)
}

func place(hall, counter int) Caller {
	return Caller{Hall: casework.HallID(halls[hall%len(halls)]), Counter: casework.CounterID(counters[counter%len(counters)])}
}

var (
	halls    = []string{"a", "b", "c", "d", "e", "f"}
	counters = []string{"1", "2", "3", "4", "5", "6", "7", "8"}
)

// TestAMillionDaysOfAttackersStayBelowTheBound plays one kind of attackers
// after the other, each with everything in their hands that they could want,
// and asks of every single day that the expected hits of the whole city stay
// below one in a million.
func TestAMillionDaysOfAttackersStayBelowTheBound(t *testing.T) {
	const days = 1_000_000
	seed := campaign.Seed(8)
	rng := rand.New(rand.NewPCG(seed, 8))
	attackers := []struct {
		name  string
		share int // of the days, in thousandths
		play  func(c *city, rng *rand.Rand)
	}{
		{"a clerk who walks from counter to counter", 400, clerkWalks},
		{"a counter that names a new clerk each time", 300, counterLies},
		{"every counter of a hall", 200, hallFalls},
		{"every counter of the city, when most codes live", 87, cityFalls},
		{"every counter of the city, with accomplices who correct each entry", 10, accomplices},
		{"the same, that never stop", 3, relentless},
	}
	c := &city{budget: NewBudget(DefaultLimits()), now: time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC)}
	worst, played, total := 0.0, 0, 0.0
	for _, a := range attackers {
		for range days / 1000 * a.share {
			c.now, c.hits = c.now.Add(24*time.Hour), 0
			a.play(c, rng)
			worst, total = max(worst, c.hits), total+c.hits
			played++
			if c.hits >= 1e-6 {
				t.Fatalf("%s: a day with %g expected hits", a.name, c.hits)
			}
		}
	}
	if played != days || worst < 0.9e-6 {
		t.Fatalf("%d days, at worst %g: the attackers did not try hard", played, worst)
	}
	t.Logf("%d days, %d guesses, at worst %.2g expected hits a day, %.2g in all, seed %d", played, c.guesses, worst, total, seed)
}

func clerkWalks(c *city, rng *rand.Rand) {
	for i := range 5 {
		c.guess(place(i, i), "clerk", 1+rng.IntN(24))
	}
}

func counterLies(c *city, rng *rand.Rand) {
	who := place(rng.IntN(6), 1)
	for i := range 5 {
		c.guess(who, casework.Pseudonym(counters[i%8]), 1+rng.IntN(12))
	}
}

func hallFalls(c *city, rng *rand.Rand) {
	hall := rng.IntN(6)
	for i := range 5 {
		c.guess(place(hall, i), casework.Pseudonym(counters[i]), 2+rng.IntN(12))
	}
}

func cityFalls(c *city, rng *rand.Rand) {
	for i := range 12 {
		c.guess(place(i, i), casework.Pseudonym(counters[i%8]), 8+rng.IntN(10))
	}
}

func accomplices(c *city, rng *rand.Rand) {
	for i := range 60 {
		y, v := c.guess(place(i, i/6), casework.Pseudonym(counters[i%8]), 1+rng.IntN(8))
		if v != Shut {
			c.corrected(y, false) // the accomplice made the code afterwards
		}
	}
}

// relentless guesses until nothing is looked at any more, in each order.
func relentless(c *city, rng *rand.Rand) {
	for i := range 600 {
		who := place(i, rng.IntN(8))
		clerk := casework.Pseudonym(counters[rng.IntN(8)] + halls[rng.IntN(6)])
		y, v := c.guess(who, clerk, rng.IntN(4))
		if v != Shut && rng.IntN(2) == 0 {
			c.corrected(y, false)
		}
	}
}

// An accomplice's own code is no hit for the attackers: they have it already.
// So what stays charged of an entry that it corrects is what others had at
// stake, and those stay below the bound without end.
func TestAnAccompliceCannotBuyGuesses(t *testing.T) {
	c := &city{budget: NewBudget(DefaultLimits()), now: time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC)}
	others := 0
	for i := range 100_000 {
		exposure := 1 + i%3 // the accomplice's own code and those of others
		y, v := c.guess(place(0, i), "clerk", exposure)
		if v == Free {
			others += exposure - 1
		}
		c.corrected(y, true)
	}
	if others > DefaultLimits().Hall {
		t.Fatalf("%d codes of others were at stake in one hall", others)
	}
}

func TestOneHallsAttackersLeaveTheOthersTheirComfort(t *testing.T) {
	c := &city{budget: NewBudget(DefaultLimits()), now: time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC)}
	for i := range 10_000 {
		c.guess(place(0, i), casework.Pseudonym(fmt.Sprint(i)), 1)
	}
	if v := c.budget.Ask(c.now, place(0, 99), "honest", 1); v == Free {
		t.Fatal("the attacked hall still grants without a tap")
	}
	if v := c.budget.Ask(c.now, place(1, 1), "honest", 1); v != Free {
		t.Fatal("another hall lost its comfort")
	}
	if v := c.budget.Ask(c.now.Add(-48*time.Hour), place(0, 99), "honest", 1); v == Free {
		t.Fatal("setting the clock back begins a new day")
	}
	if v := c.budget.Ask(c.now.Add(24*time.Hour), place(0, 1), "honest", 1); v != Free {
		t.Fatal("the next day does not begin anew")
	}
}
