package authorization

import (
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// machine is what a random run knows of what it did.
type machine struct {
	*world
	codes   []told
	asked   []asked
	grants  map[casework.GrantID]mine
	order   []casework.GrantID // of grants, as they came
	revoked map[casework.GrantID]bool
	byCode  map[string]casework.GrantID // code → its only grant
}

type told struct {
	code, holder string
	hall         casework.HallID
	until        time.Time
}

type asked struct {
	id, token string
	kase      casework.CaseID
	until     time.Time
}

type mine struct {
	who  Caller
	kase casework.CaseID
}

var everybody = []string{"li", "wang", "zhao"}

func (m *machine) makeCode(t *rapid.T) {
	holder := rapid.SampledFrom(everybody).Draw(t, "holder")
	hall := rapid.SampledFrom([]casework.HallID{"", "dongcheng", "xicheng"}).Draw(t, "hall")
	code := m.code(holder, hall, rapid.SampledFrom([]casework.ItemCode{"", plain}).Draw(t, "item"))
	m.codes = append(m.codes, told{code, holder, hall, m.now.Add(CodeLife)})
}

func (m *machine) enter(t *rapid.T) {
	if len(m.codes) == 0 {
		return
	}
	i := rapid.IntRange(0, len(m.codes)-1).Draw(t, "code")
	c, who, kase := m.codes[i], rapid.SampledFrom([]Caller{dongcheng, xicheng}).Draw(t, "who"), newCase()
	g, state, err := m.redeem(who, c.code, kase)
	if err != nil || state != nil {
		return
	}
	last := i
	for j := i + 1; j < len(m.codes); j++ {
		if m.codes[j].holder == c.holder {
			last = j
		}
	}
	switch {
	case last != i:
		t.Fatal("a code that a newer one ended was granted")
	case c.hall != who.Hall:
		t.Fatal("a code was granted in a hall that it does not name")
	case !m.now.Before(c.until):
		t.Fatal("a code that had run out was granted")
	case m.byCode[c.code] != "":
		t.Fatal("a code was granted twice")
	}
	m.byCode[c.code] = g.ID
	m.took(t, g, who, kase)
}

func (m *machine) took(t *rapid.T, g casework.Grant, who Caller, kase casework.CaseID) {
	if _, ok := m.registered[g.ID]; !ok {
		t.Fatal("a counter got a grant that the ledger does not know")
	}
	if _, known := m.grants[g.ID]; !known {
		m.order = append(m.order, g.ID)
	}
	m.grants[g.ID] = mine{who, kase}
}

func (m *machine) guess(t *rapid.T) {
	code := rapid.StringMatching(`[0-9]{8}`).Draw(t, "guess")
	_, _, _ = m.redeem(rapid.SampledFrom([]Caller{dongcheng, xicheng}).Draw(t, "who"), code, newCase())
}

func (m *machine) mistype(t *rapid.T) {
	if len(m.codes) == 0 {
		return
	}
	c, kase := rapid.SampledFrom(m.codes).Draw(t, "code"), newCase()
	_, _, _ = m.redeem(dongcheng, typo(c.code, rapid.IntRange(1, 3).Draw(t, "digits")), kase)
	if g, state, err := m.redeem(dongcheng, c.code, kase); err == nil && state == nil {
		m.byCode[c.code] = g.ID
		m.took(t, g, dongcheng, kase)
	}
}

func (m *machine) ask(t *rapid.T) {
	kase := newCase()
	if len(m.asked) > 0 && rapid.Bool().Draw(t, "renew") {
		kase = rapid.SampledFrom(m.asked).Draw(t, "which").kase
	}
	r, token := m.open(kase)
	m.asked = append(m.asked, asked{r.ID, token, kase, r.Until})
}

func (m *machine) reply(t *rapid.T) {
	if len(m.asked) == 0 {
		return
	}
	a, holder := rapid.SampledFrom(m.asked).Draw(t, "which"), rapid.SampledFrom(everybody).Draw(t, "holder")
	_, _ = m.s.OpenOnPhone(context.Background(), holder, a.token)
	err := m.s.Answer(context.Background(), Self(holder), a.token, rapid.Bool().Draw(t, "agree"), false)
	late := !m.now.Before(a.until)
	s := m.follow(a.id, "")
	if err == nil && late && s.Grant == nil && s.Status == protocol.RequestAnswered {
		t.Fatal("an answer came after its time")
	}
	if s.Grant != nil {
		m.took(t, *s.Grant, dongcheng, a.kase)
	}
}

func (m *machine) lend(t *rapid.T) {
	for _, id := range m.some(t) {
		g, own := m.registered[id], m.grants[id]
		if m.use(own.who, g, g.Item, newCase()) == nil {
			t.Fatal("a grant served two cases")
		}
		err := m.use(own.who, g, g.Item, own.kase)
		if over := m.revoked[id] || !m.now.Before(g.Until); over != (err != nil) {
			t.Fatalf("over: %v, but: %v", over, err)
		}
	}
}

func (m *machine) unbind(t *rapid.T) {
	for _, id := range m.some(t) {
		for _, holder := range everybody {
			if m.s.Revoke(context.Background(), holder, id) == nil {
				m.revoked[id] = true
			}
		}
		if !m.revoked[id] {
			t.Fatal("nobody could revoke the grant")
		}
	}
}

func (m *machine) some(t *rapid.T) []casework.GrantID {
	if len(m.order) == 0 {
		return nil
	}
	return []casework.GrantID{rapid.SampledFrom(m.order).Draw(t, "grant")}
}

// stop starts the centre again: what it counted must be what it counts now.
func (m *machine) stop(t *rapid.T) {
	before := *m.s.budget
	m.restart()
	after := m.s.budget
	if before.city != after.city || !same(before.counters, after.counters) || !same(before.halls, after.halls) || !same(before.clerks, after.clerks) {
		t.Fatalf("a new start counts otherwise: %+v, %+v", before, *after)
	}
}

func same[K comparable](a, b map[K]int) bool {
	drop := func(_ K, n int) bool { return n == 0 }
	a, b = maps.Clone(a), maps.Clone(b)
	maps.DeleteFunc(a, drop)
	maps.DeleteFunc(b, drop)
	return maps.Equal(a, b)
}

// TestNothingIsGrantedTwiceWhateverHappens plays random counters and phones,
// with stops of the centre between them.
func TestNothingIsGrantedTwiceWhateverHappens(t *testing.T) {
	dir := t.TempDir()
	few := flag.Lookup("rapid.checks") // each run syncs a real store some hundred times
	if few.Value.String() == few.DefValue {
		if err := few.Value.Set("30"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = few.Value.Set(few.DefValue) }()
	}
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, protocol.NewID())
		defer os.Remove(path)
		m := &machine{world: worldAt(t, path), grants: map[casework.GrantID]mine{}, revoked: map[casework.GrantID]bool{},
			byCode: map[string]casework.GrantID{}}
		defer func() { _ = m.db.Close() }()
		t.Repeat(map[string]func(*rapid.T){
			"code": m.makeCode, "enter": m.enter, "guess": m.guess, "mistype": m.mistype, "ask": m.ask, "reply": m.reply,
			"lend": m.lend, "unbind": m.unbind, "stop": m.stop,
			"pass": func(t *rapid.T) { m.pass(time.Duration(rapid.IntRange(1, 400).Draw(t, "seconds")) * time.Second) },
			"": func(t *rapid.T) {
				if l := m.s.o.Limits; m.s.budget.city > l.City || m.s.budget.halls["dongcheng"] > l.Hall {
					t.Fatal("the city's bound was passed")
				}
			},
		})
		checkRounds(t, m)
	})
}

// checkRounds asks that no case got two grants by the requests of one round.
func checkRounds(t *rapid.T, m *machine) {
	owner := map[string]casework.GrantID{}
	for _, a := range m.asked {
		s := m.follow(a.id, "")
		if s.Grant == nil {
			continue
		}
		key := string(a.kase) + s.MatchWords
		if id, ok := owner[key]; ok && id != s.Grant.ID {
			t.Fatal("one round made two grants")
		}
		owner[key] = s.Grant.ID
	}
}

func FuzzALinkOfOthersOpensNothing(f *testing.F) {
	own := newSecret([]byte("a key of the tests, 32 bytes long"))
	f.Add(own.token(protocol.NewID()) + "A")
	f.Add(newSecret([]byte("another key")).token(protocol.NewID()))
	f.Add("")
	f.Add("////")
	broken := own.token(protocol.NewID())
	f.Add(broken[:13] + "\r" + broken[13:])
	f.Fuzz(func(t *testing.T, token string) {
		id, err := own.open(token)
		if err == nil && own.token(id) != token {
			t.Fatal("a link that was not made here was opened")
		}
		if kind := casework.KindOf(err); err != nil && kind != casework.LinkAltered && kind != casework.NotIssuedHere {
			t.Fatalf("no reason a person can read: %v", err)
		}
	})
}
