//go:build campaign

package campaign

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// The campaign does to a ledger of four halls what happens to machines, while
// counters serve, and after every fault looks at every entry that a counter took:
// it is on the chain exactly once, in its case's order, and its receipt verifies
// offline.
var (
	centreProgram = flag.String("centre", "", "the centre's `program`")
	clockAhead    = flag.String("ahead", "", "the same `program`, built so that its clock is five minutes ahead")
	clockBehind   = flag.String("behind", "", "the same `program`, built so that its clock is five minutes behind")
	short         = flag.Bool("brief", false, "a few rounds of each fault")
	smallDisk     = flag.String("small-disk", "", "an empty `folder` on a file system of 200 MB or less, for the node whose disk fills")
)

// rounds is how often a fault happens: the whole campaign, or a short one.
func rounds(whole, brief int) int {
	if *short {
		return brief
	}
	return whole
}

type campaign struct {
	*halls
	*counters
	t       testing.TB
	trust   receipt.Trust
	checked map[casework.Digest]bool
	scanned int64                   // height up to which blocks were read
	onChain map[casework.Digest]int // how often
	order   map[casework.CaseID]int // last sequence number seen, in the order of the chain
	strange []string                // what was out of order
}

func TestCampaign(t *testing.T) {
	if *smallDisk == "" {
		t.Fatal("say -small-disk; packaging/test-ledger does")
	}
	c := found(t, map[int]string{3: *smallDisk})
	c.startAll()
	c.enrol()
	for i := range c.workers {
		c.counters.start(i)
	}
	c.check("before any fault", 0)
	for _, fault := range []struct {
		name  string
		count int
		do    func(round int)
	}{
		{"one of four killed and started again", rounds(200, 8), c.oneKilled},
		{"two of four killed: the chain stands, counters queue", rounds(20, 2), c.twoKilled},
		{"a partition 2:2", rounds(10, 1), func(int) { c.partition([]int{0, 1}, []int{2, 3}, true) }},
		{"a partition 1:3", rounds(10, 1), func(n int) { c.partition([]int{n % 4}, without(n%4), false) }},
		{"a node whose disk is full", rounds(5, 1), c.diskFull},
		{"a node whose clock is five minutes ahead", rounds(5, 1), func(int) { c.clockOff(*clockAhead) }},
		{"a node whose clock is five minutes behind", rounds(5, 1), func(int) { c.clockOff(*clockBehind) }},
		{"a counter killed between sending and receipt", rounds(500, 25), c.counterKilled},
	} {
		start, before := time.Now(), c.count()
		for n := range fault.count {
			fault.do(n)
			c.check(fault.name, n)
		}
		t.Logf("%-55s %4d times, %6d entries, %s", fault.name, fault.count, c.count()-before, time.Since(start).Round(time.Second))
	}
	c.counters.close()
	t.Logf("%d entries taken by %d counters: each on the chain once, in order, with a receipt that verifies offline; %d blocks", c.count(), len(c.workers), c.scanned)
}

// found makes a centre's authority and four halls; homes says where a node's home
// lies, if not with the others.
func found(t testing.TB, homes map[int]string) *campaign {
	t.Helper()
	if *centreProgram == "" {
		t.Fatal("say -centre; packaging/test-ledger does")
	}
	dir := t.TempDir()
	centre := filepath.Join(dir, "centre")
	h := &halls{t: t}
	h.say(*centreProgram, "authority", "--home", centre)
	seed, err := os.ReadFile(filepath.Join(centre, "keys", "authority.key"))
	if err != nil {
		t.Fatal(err)
	}
	authority, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(seed)))
	if err != nil {
		t.Fatal(err)
	}
	c := &campaign{t: t, halls: foundHalls(t, *centreProgram, filepath.Join(centre, "authority.json"), homes),
		checked: map[casework.Digest]bool{}, onChain: map[casework.Digest]int{}, order: map[casework.CaseID]int{}}
	var list []worker
	for i, hall := range hallNames() {
		device := make([]byte, ed25519.SeedSize)
		rand.Read(device)
		list = append(list, worker{Hall: hall, Counter: fmt.Sprint(10 + i), Nodes: c.urls(i), Device: device, Authority: authority, Pause: 40 * time.Millisecond})
	}
	c.counters = newCounters(t, dir, list)
	return c
}

// enrol enrols each hall's counter by its hall, and gives it the ledger to trust.
func (c *campaign) enrol() {
	c.t.Helper()
	raw := []byte(strings.TrimSpace(c.say(*centreProgram, "node", "trust", "--home", c.home(0))))
	var err error
	if c.trust, err = receipt.ParseTrust(raw); err != nil {
		c.t.Fatal(err)
	}
	for i, w := range c.workers {
		key := base64.StdEncoding.EncodeToString(ed25519.NewKeyFromSeed(w.Device).Public().(ed25519.PublicKey))
		c.say(*centreProgram, "node", "enrol", "--home", c.home(i), "--counter", w.Counter, "--key", key)
		c.workers[i].Trust = raw
	}
}

// check waits until every entry that was taken has a receipt, and looks at all
// of them that are new.
func (c *campaign) check(after string, round int) {
	c.t.Helper()
	var list []casework.Digest
	for _, d := range c.took() {
		if !c.checked[d] {
			list = append(list, d)
		}
	}
	until(c.t, 3*time.Minute, func() string {
		c.mu.Lock()
		defer c.mu.Unlock()
		waiting := 0
		for _, d := range list {
			if c.unproved[d] {
				waiting++
			}
		}
		if len(c.failed) > 0 {
			return c.failed[0]
		}
		if waiting > 0 {
			return fmt.Sprintf("%s, round %d: %d entries have no receipt", after, round, waiting)
		}
		return ""
	})
	top := int64(0)
	for _, d := range list {
		top = max(top, c.verify(d))
	}
	c.scan(top)
	for _, d := range list {
		if n := c.onChain[d]; n != 1 {
			c.t.Fatalf("%s, round %d: an entry stands on the chain %d times", after, round, n)
		}
		c.checked[d] = true
	}
	if len(c.strange) > 0 {
		c.t.Fatalf("%s, round %d: %s", after, round, c.strange[0])
	}
}

func (c *campaign) verify(d casework.Digest) int64 {
	c.t.Helper()
	c.mu.Lock()
	kept, raw := c.kept[d], c.receipts[d]
	c.mu.Unlock()
	v, err := c.trust.Verify(raw, kept.raw)
	if err != nil || v.Digest != d {
		c.t.Fatalf("the receipt of entry %d of %s does not verify: %v", kept.seq, kept.id, err)
	}
	return v.Height
}

// scan reads the blocks up to a height from whichever node has them.
func (c *campaign) scan(top int64) {
	c.t.Helper()
	for h := c.scanned + 1; h <= top; h++ {
		var block struct {
			Result struct {
				Block struct {
					Data struct {
						Txs [][]byte `json:"txs"`
					} `json:"data"`
				} `json:"block"`
			} `json:"result"`
		}
		until(c.t, time.Minute, func() string {
			for i := range hallNames() {
				if c.halls.height(i) >= h && ask(fmt.Sprintf("%s/block?height=%d", c.url(i), h), &block) {
					return ""
				}
			}
			return fmt.Sprintf("no node gives block %d", h)
		})
		for _, raw := range block.Result.Block.Data.Txs {
			c.onChain[sha256.Sum256(raw)]++
			if e, _, err := protocol.OpenEntry(raw); err == nil {
				if c.order[e.Case]+1 != e.Seq {
					c.strange = append(c.strange, fmt.Sprintf("block %d: entry %d of a case behind entry %d", h, e.Seq, c.order[e.Case]))
				}
				c.order[e.Case] = e.Seq
			}
		}
		c.scanned = h
	}
}

// more waits until the counters have taken some more entries.
func (c *campaign) more(n int) {
	c.t.Helper()
	want := c.count() + n
	until(c.t, 2*time.Minute, func() string {
		if have := c.count(); have < want {
			return fmt.Sprintf("%d entries taken, not %d", have, want)
		}
		return ""
	})
}

func (c *campaign) oneKilled(round int) {
	i := mathrand.IntN(4)
	c.more(1 + mathrand.IntN(20))
	c.halls.kill(i)
	c.more(1 + mathrand.IntN(20)) // the others go on
	c.halls.start(i)
	c.level()
}

func (c *campaign) twoKilled(round int) {
	a := round % 4
	b := (a + 1 + mathrand.IntN(3)) % 4
	c.halls.kill(a)
	c.halls.kill(b)
	c.stands([]int{a, b})
	c.more(30) // the clerks serve on
	c.halls.start(a)
	c.halls.start(b)
	c.level()
}

// stands checks that the remaining nodes make no block while entries are taken.
// What was decided already may still come: two heights at most.
func (c *campaign) stands(down []int) {
	c.t.Helper()
	up := 0
	for i := range c.nodes {
		if c.nodes[i] != nil {
			up = i
		}
	}
	c.more(5)
	at := c.halls.height(up)
	c.more(20)
	if now := c.halls.height(up); now > at+2 {
		c.t.Fatalf("with %v down the chain went from %d to %d", down, at, now)
	}
}

// partition cuts the line between two groups for some seconds of serving. In two
// halves nothing is decided; of one and three, the three go on and the one stands.
func (c *campaign) partition(a, b []int, halts bool) {
	c.cut(a, b)
	c.more(40) // what was decided already still comes
	one, others := c.halls.height(a[0]), c.halls.height(b[0])
	c.more(300)
	if halts {
		for i, was := range map[int]int64{a[0]: one, b[0]: others} {
			if now := c.halls.height(i); now > was+2 {
				c.t.Fatalf("in two halves the chain went from %d to %d", was, now)
			}
		}
	} else {
		c.reaches(b[0], others+5)
		if now := c.halls.height(a[0]); now > one+2 {
			c.t.Fatalf("a node that is cut off went from %d to %d", one, now)
		}
	}
	c.mend(a, b)
	c.level()
}

// diskFull fills the disk of the fourth node while entries come.
func (c *campaign) diskFull(int) {
	name := filepath.Join(*smallDisk, "filler")
	f, err := os.Create(name)
	if err != nil {
		c.t.Fatal(err)
	}
	chunk := make([]byte, 1<<20)
	for err == nil {
		_, err = f.Write(chunk)
	}
	for chunk = chunk[:1]; ; { // to the last byte
		if _, err = f.Write(chunk); err != nil {
			break
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		c.t.Fatalf("the small disk does not fill: %v", err)
	}
	at := c.halls.height(0)
	c.more(60)
	c.reaches(0, at+3) // the other three go on
	if !c.ended(3, 30*time.Second) {
		c.t.Fatal("the node whose disk is full goes on as if nothing were")
	}
	if err := errors.Join(f.Close(), os.Remove(name)); err != nil {
		c.t.Fatal(err)
	}
	c.halls.start(3)
	c.level()
}

func (c *campaign) clockOff(program string) {
	c.halls.kill(2)
	right := c.programs[2]
	c.programs[2] = program
	c.halls.start(2)
	c.answering(2)
	c.more(60)
	c.check("with a clock that is off", 0)
	c.halls.kill(2)
	c.programs[2] = right
	c.halls.start(2)
	c.level()
}

func (c *campaign) counterKilled(round int) {
	i := round % len(c.workers)
	c.more(mathrand.IntN(6))
	c.counters.kill(i)
	c.counters.start(i)
}

func without(n int) (rest []int) {
	for i := range 4 {
		if i != n {
			rest = append(rest, i)
		}
	}
	return rest
}
