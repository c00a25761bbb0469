package hall

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func newHome(t *testing.T, hall casework.HallID, address string) *Home {
	t.Helper()
	s := Default(hall)
	s.External = address
	h, err := Init(t.TempDir(), s, 0)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func card(t *testing.T, h *Home) ([]byte, Card) {
	t.Helper()
	raw := read(t, h.CardPath())
	c, err := ReadCard(raw)
	if err != nil {
		t.Fatal(err)
	}
	return raw, c
}

// TestACardAlteredInAnyByteIsRefused alters every bit of every byte, leaves each
// out and doubles each: what is still taken says the very same.
func TestACardAlteredInAnyByteIsRefused(t *testing.T) {
	raw, want := card(t, newHome(t, "dongcheng", "10.0.0.2:26656"))
	try := func(altered []byte) {
		t.Helper()
		got, err := ReadCard(altered)
		if err == nil && (!reflect.DeepEqual(got, want) || !bytes.Equal(bytes.TrimSpace(altered), bytes.TrimSpace(raw))) {
			t.Fatalf("taken: %s", altered)
		}
	}
	tried := 0
	for i := range raw {
		for bit := range 8 {
			altered := bytes.Clone(raw)
			altered[i] ^= 1 << bit
			try(altered)
			tried++
		}
		try(append(bytes.Clone(raw[:i]), raw[i+1:]...))
		try(append(append(bytes.Clone(raw[:i]), raw[i]), raw[i:]...))
	}
	t.Logf("%d bytes, %d bits", len(raw), tried)
	if _, err := ReadCard(append([]byte("\n"), raw...)); err != nil {
		t.Errorf("a blank line before it: %v", err)
	}
}

func TestACardSignedBySomebodyElseIsRefused(t *testing.T) {
	mine, theirs := newHome(t, "dongcheng", "10.0.0.2:26656"), newHome(t, "xicheng", "10.0.0.3:26656")
	_, c := card(t, mine)
	forged, err := seal(theirs.Admin, typeCard, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadCard(forged); casework.KindOf(err) != casework.BadSignature {
		t.Errorf("%v", err)
	}
	for name, other := range map[string]func() ([]byte, error){
		"another kind of card": func() ([]byte, error) { return Authority{Key: mine.AdminKey()}.Sign(mine.Admin) },
		"words that were not signed": func() ([]byte, error) {
			raw, _ := card(t, mine)
			var d document[Card]
			if err := json.Unmarshal(raw, &d); err != nil {
				return nil, err
			}
			d.Card.Address = "10.0.0.9:26656"
			return write(d)
		},
		"an unknown word": func() ([]byte, error) {
			raw, _ := card(t, mine)
			return bytes.Replace(raw, []byte(`"hall"`), []byte(`"trust": "me", "hall"`), 1), nil
		},
	} {
		raw, err := other()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadCard(raw); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestACardThatLacksSomethingIsNotMade(t *testing.T) {
	h := newHome(t, "dongcheng", "10.0.0.2:26656")
	for name, alter := range map[string]func(*Card){
		"no power": func(c *Card) { c.Power = 0 }, "too much power": func(c *Card) { c.Power = protocol.MaxPower + 1 },
		"no address": func(c *Card) { c.Address = "" }, "no validator": func(c *Card) { c.Validator = nil }, "a hall with a slash": func(c *Card) { c.Hall = "a/b" },
	} {
		c := h.Card(10)
		alter(&c)
		if _, err := c.Sign(h.Admin); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}

func TestTheAuthoritysCardIsReadBackAndAlteredRefused(t *testing.T) {
	h := newHome(t, "dongcheng", "10.0.0.2:26656")
	raw, err := Authority{Key: h.AdminKey()}.Sign(h.Admin)
	if err != nil {
		t.Fatal(err)
	}
	a, err := ReadAuthority(raw)
	if err != nil || a.Key.ID() != h.AdminKey().ID() {
		t.Fatalf("%+v, %v", a, err)
	}
	if _, err := ReadAuthority([]byte(strings.Replace(string(raw), `"suite": 1`, `"suite": 2`, 1))); err == nil {
		t.Error("taken")
	}
}

// FuzzReadCard: of all bytes only those that say the very same as a signed card, or as
// the service's, are taken for it.
func FuzzReadCard(f *testing.F) {
	admin := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	key, err := protocol.PublicOf(admin)
	if err != nil {
		f.Fatal(err)
	}
	want := Card{Hall: "dongcheng", Admin: key, Validator: bytes.Repeat([]byte{7}, 32), Power: 10, Node: strings.Repeat("0a", 20), Address: "10.0.0.2:26656"}
	raw, err := want.Sign(admin)
	if err != nil {
		f.Fatal(err)
	}
	authority, err := Authority{Key: key}.Sign(admin)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(authority)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if c, err := ReadCard(raw); err == nil && !reflect.DeepEqual(c, want) {
			t.Fatalf("a card that nobody signed: %+v", c)
		}
		if a, err := ReadAuthority(raw); err == nil && a.Key.ID() != key.ID() {
			t.Fatalf("a service that nobody signed: %+v", a)
		}
	})
}
