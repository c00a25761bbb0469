package chain

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// sm2Counter is a counter of suite 2, by keys derived from one byte.
type sm2Counter struct {
	device, line crypto.Signer
	key          protocol.PublicKey
}

func newSM2Counter(t testing.TB, b byte) sm2Counter {
	t.Helper()
	line := seeded(b)
	device, err := protocol.DeriveSM2Key(line.Seed(), "test")
	if err != nil {
		t.Fatal(err)
	}
	key, err := protocol.CounterKey(device, line)
	if err != nil {
		t.Fatal(err)
	}
	return sm2Counter{device, line, key}
}

// enrolled returns the statement that lets it write as counter 22.
func (n sm2Counter) enrolled(t testing.TB, c city) []byte {
	return say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "22", n.key, c.start))
}

// history returns a case that the counter writes.
func (n sm2Counter) history(t testing.TB, c city) *history {
	h := c.history(t)
	h.writer, h.place, h.suite = n.device, "22", protocol.Suite2
	return h
}

func TestCasesOfBothSuitesStandOnOneLedgerEachByItsOwnDigest(t *testing.T) {
	c := newCity(time.Now())
	home := t.TempDir()
	n := startNode(t, c.options(home))
	for _, raw := range c.founding(t) {
		submit(t, n, raw)
	}
	second := newSM2Counter(t, 21)
	submit(t, n, second.enrolled(t, c))
	mine, theirs := c.history(t), second.history(t, c)
	submit(t, n, mine.registered())
	submit(t, n, theirs.registered())
	for _, kind := range whole() {
		for _, h := range []*history{mine, theirs} {
			raw := h.write(kind)
			height := submit(t, n, raw)
			if again := submit(t, n, raw); again != height || h.suite.Digest(raw) != h.head {
				t.Errorf("suite %d, %s: at %d, and again at %d", h.suite, kind, height, again)
			}
			found(t, n, h.head, raw)
		}
	}
	for _, h := range []*history{mine, theirs} {
		var c protocol.CaseState
		value, ok, err := n.Query(protocol.LedgerCase + string(h.id))
		if err != nil || !ok || protocol.Unmarshal(value, &c) != nil || c.Standing(h.id).State != casework.StateSubmitted || c.Standing(h.id).Head != h.head {
			t.Errorf("suite %d: the case stands at %+v, %v", h.suite, c, err)
		}
	}
	before := hashOf(n)
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	if again := startNode(t, c.options(home)); hashOf(again) != before {
		t.Error("another state after a restart")
	}
}

// found asks the node's own call for a transaction by an entry's digest.
func found(t *testing.T, n *Node, digest casework.Digest, raw []byte) {
	t.Helper()
	resp, err := http.Get(n.URL() + "/tx?prove=true&hash=0x" + digest.String())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var said struct {
		Result struct {
			Tx []byte `json:"tx"`
		} `json:"result"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&said); err != nil || string(said.Result.Tx) != string(raw) {
		t.Errorf("by its digest the node finds %d bytes, %v", len(said.Result.Tx), err)
	}
}

func TestEveryRefusalThatSuitesBring(t *testing.T) {
	c := newCity(time.Now())
	n := newSM2Counter(t, 21)
	enrol := n.enrolled(t, c)
	// mixed is a case of the second suite whose next entry says something in the first.
	mixed := func(want casework.RefusalKind, next casework.StepKind, kinds ...casework.StepKind) row {
		h := n.history(t, c)
		prior := [][]byte{enrol, h.registered()}
		for _, k := range kinds {
			prior = append(prior, h.write(k))
		}
		h.suite = protocol.Suite1
		return row{want, prior, h.write(next)}
	}
	foreign := n.history(t, c) // its grant was given to a counter of the first suite
	foreign.suite = protocol.Suite1
	foreignGrant := foreign.registered()
	foreign.suite = protocol.Suite2
	foreignOpened := foreign.write(casework.Opened)
	named := n.history(t, c)
	other := newSM2Counter(t, 22)
	bare := other.key
	bare.Connection = nil
	with := func(line ed25519.PrivateKey) []byte {
		key := other.key
		key.Connection = public(line).Bytes
		return say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "23", key, c.start))
	}
	withdraw := say(t, c.admin, protocol.WithdrawKey(testChain, "dongcheng", n.key.ID(), c.start.Add(time.Millisecond)))
	line := n.line.(ed25519.PrivateKey)
	eachRefused(t, c, map[string]row{
		"an entry by the connection's key":     {casework.KeyNotEntitled, [][]byte{enrol}, named.sign(n.line, named.draft(casework.Opened))},
		"a statement by the connection's key":  {casework.KeyNotEntitled, [][]byte{enrol}, say(t, n.line, protocol.RegisterGrant(testChain, protocol.Suite2, c.grant, c.start))},
		"Ed25519 under the name of an SM2 key": {casework.UnsupportedSuite, [][]byte{enrol}, renamed(t, named.sign(line, named.draft(casework.Opened)), public(line).ID(), n.key.ID())},
		"an item of the first suite":           mixed(casework.WrongItem, casework.Authorized, casework.Opened),
		"a kind of the first suite":            mixed(casework.WrongItem, casework.Retrieved, casework.Opened, casework.Authorized),
		"a whole of the first suite":           mixed(casework.WrongWhole, casework.Submitted, casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed, casework.Signed),
		"a grant given in the first suite":     {casework.WrongItem, [][]byte{enrol, foreignGrant, foreignOpened}, foreign.write(casework.Authorized)},
		"a withdrawn key of the second suite":  {casework.KeyWithdrawn, [][]byte{enrol, withdraw}, n.history(t, c).write(casework.Opened)},
		"a key without its connection":         {casework.Malformed, nil, say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "23", bare, c.start))},
		"a connection that is a counter":       {casework.KeyNotEntitled, nil, with(c.counter)},
		"a connection that administrates":      {casework.KeyNotEntitled, nil, with(c.admin)},
		"a connection that is the authority":   {casework.KeyNotEntitled, nil, with(c.authority)},
		"a connection that is another's":       {casework.KeyNotEntitled, [][]byte{enrol}, with(line)},
		"a counter by a connection's key":      {casework.KeyNotEntitled, [][]byte{enrol}, say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "23", public(line), c.start))},
		"an administrator by a connection key": {casework.KeyNotEntitled, [][]byte{enrol}, say(t, c.admin, protocol.SetHall(testChain, "dongcheng", protocol.HallState{Admin: public(line)}, 1, c.start))},
		"an entry of no known suite":           {casework.UnsupportedSuite, [][]byte{enrol}, unknownSuite(t, n.history(t, c).write(casework.Opened))},
		"a key of no known suite":              {casework.Malformed, nil, say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "23", protocol.PublicKey{Suite: 3, Bytes: bare.Bytes}, c.start))},
	})
}

// renamed puts another key's id into what was signed.
func renamed(t *testing.T, raw []byte, was, is protocol.KeyID) []byte {
	return replaced(t, raw, unhex(t, string(was)), unhex(t, string(is)))
}

// unknownSuite puts a number into the header that no suite has.
func unknownSuite(t *testing.T, raw []byte) []byte {
	return replaced(t, raw, []byte{0x01, 0x3a, 0x00, 0x01, 0x00, 0x00}, []byte{0x01, 0x3a, 0x00, 0x01, 0x00, 0x01})
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// replaced puts is in the one place of was.
func replaced(t *testing.T, raw, was, is []byte) []byte {
	t.Helper()
	if bytes.Count(raw, was) != 1 {
		t.Fatalf("%x stands %d times in it", was, bytes.Count(raw, was))
	}
	return bytes.Replace(raw, was, is, 1)
}

func TestAConnectionLeadsToItsKeyAlsoWhenThatIsWithdrawn(t *testing.T) {
	c := newCity(time.Now())
	b := newBench(t, c)
	n := newSM2Counter(t, 21)
	b.block(n.enrolled(t, c))
	b.block(say(t, c.admin, protocol.WithdrawKey(testChain, "dongcheng", n.key.ID(), c.start.Add(time.Millisecond))))
	var id protocol.KeyID
	var k protocol.KeyState
	for path, into := range map[string]any{protocol.LedgerConnection + string(n.key.ConnectionID()): &id, protocol.LedgerKey + string(n.key.ID()): &k} {
		value, err := b.look(path)
		if err != nil || protocol.Unmarshal(value, into) != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	if id != n.key.ID() || !k.Withdrawn || k.Key.ConnectionID() != n.key.ConnectionID() {
		t.Errorf("the connection leads to %s, which is %+v", id, k)
	}
	again := say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "22", n.key, c.start.Add(time.Second)))
	if r := b.block(again)[0]; r.Codespace != string(casework.AlreadyDone) {
		t.Errorf("enrolled again: %s", r.Codespace)
	}
}
