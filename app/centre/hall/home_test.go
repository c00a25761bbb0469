package hall

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/chain"
)

func read(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// contents returns every file of a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all[path] = string(read(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestMakingAHomeAgainChangesNothing(t *testing.T) {
	h := newHome(t, "dongcheng", "10.0.0.2:26656")
	was := contents(t, h.Dir)
	again := Default("dongcheng")
	again.External = "10.9.9.9:26656"
	if _, err := Init(h.Dir, again, 0); err != nil {
		t.Fatal(err)
	}
	is := contents(t, h.Dir)
	if len(is) != len(was) {
		t.Errorf("%d files, before %d", len(is), len(was))
	}
	for name, text := range was {
		if is[name] != text {
			t.Errorf("%s was changed", name)
		}
	}
	if _, err := Init(h.Dir, Default("xicheng"), 0); err == nil || !strings.Contains(err.Error(), "dongcheng") {
		t.Errorf("another hall's: %v", err)
	}
	if info, err := os.Stat(filepath.Join(h.Dir, adminFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the administrator's key has the mode %v, %v", info.Mode(), err)
	}
	if _, err := Init(t.TempDir(), Default("dongcheng"), 0); err == nil || !strings.Contains(err.Error(), "--external") {
		t.Errorf("an address that nobody can reach: %v", err)
	}
}

// city makes homes of four halls and the card of the authorization service.
func city(t *testing.T) (homes []*Home, cards []Card, authority Authority) {
	t.Helper()
	for i, name := range []casework.HallID{"municipal", "dongcheng", "xicheng", "shunyi"} {
		h := newHome(t, name, "10.0.0."+string(rune('2'+i))+":26656")
		_, c := card(t, h)
		homes, cards = append(homes, h), append(cards, c)
	}
	return homes, cards, Authority{Key: newHome(t, "nobody", "10.0.0.9:26656").AdminKey()}
}

// TestTheSameCardsFoundTheSameLedgerInAnyOrder founds at each of four halls,
// with the cards in other orders.
func TestTheSameCardsFoundTheSameLedgerInAnyOrder(t *testing.T) {
	homes, cards, authority := city(t)
	at := time.Date(2026, 11, 25, 1, 0, 0, 0, time.UTC)
	random := rand.New(rand.NewPCG(1, 2))
	var want []byte
	for _, h := range homes {
		random.Shuffle(len(cards), func(i, j int) { cards[i], cards[j] = cards[j], cards[i] })
		got, err := h.Found("city-1", at.In(time.FixedZone("CST", 8*3600)), authority, cards)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if !bytes.Equal(want, got) {
			t.Errorf("%s founds another ledger", h.Settings.Hall)
		}
		again, err := Open(h.Dir)
		if err != nil {
			t.Fatal(err)
		}
		o, err := again.Options()
		if err != nil || again.Settings.Chain != "city-1" || len(o.Peers) != 3 || strings.Contains(strings.Join(o.Peers, " "), h.Keys.NodeID) {
			t.Errorf("%+v, %v", o, err)
		}
		if !bytes.Equal(bytes.TrimSpace(o.Genesis), bytes.TrimSpace(want)) {
			t.Error("the founding was not kept")
		}
	}
	f, err := chain.ReadFounding(want)
	if err != nil || len(f.Halls) != 4 || !f.Time.Equal(at) {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := homes[0].Found("city-1", at, authority, cards); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if _, err := homes[0].Found("city-2", at, authority, cards); err == nil || !strings.Contains(err.Error(), "city-1") {
		t.Errorf("another ledger in the same home: %v", err)
	}
}

func TestAFoundingThatCannotBeIsRefused(t *testing.T) {
	homes, cards, authority := city(t)
	at := time.Now()
	changed := cards[0]
	changed.Address = "10.0.0.77:26656"
	for want, c := range map[string][]Card{
		"not among them": cards[1:], "not this home's": append([]Card{changed}, cards[1:]...), "twice": append(cards, cards[1]),
	} {
		if _, err := homes[0].Found("city-1", at, authority, c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := homes[0].Found("city 1", at, authority, cards); err == nil {
		t.Error("a name with a space")
	}
	if _, err := homes[0].Options(); err == nil || !strings.Contains(err.Error(), "node join") {
		t.Errorf("a home of no ledger: %v", err)
	}
}
