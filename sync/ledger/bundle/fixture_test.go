package bundle

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/chain"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

const testChain = "counterfoil-test"

// keep writes the evidence where the tests of counterfoil-verify have theirs:
// go test ./sync/ledger/bundle -args -keep DIR. What is there was made once and
// stays: what verified then must verify with every later program.
var keep = flag.String("keep", "", "folder for a real bundle, one through changes of validators, and their trust documents; empty: none is kept")

// evidence is what a real one-validator ledger gave back for a few cases of one
// counter. The contents are short, so that every byte can be tried.
type evidence struct {
	counter ed25519.PrivateKey
	trust   receipt.Trust
	whole   Material      // a submitted case
	other   Material      // another one
	strayed Material      // opened for one item, authorized for another
	paper   Material      // a submitted case by paper original, by somebody who acts
	sm2     crypto.Signer // of another counter, of suite 2
	second  Material      // a submitted case of that
}

// gathered makes the evidence once for all tests: nothing changes it.
var gathered = sync.OnceValues(gather)

func evidenceOf(t testing.TB) evidence {
	t.Helper()
	e, err := gathered()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func key(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(append([]byte{b}, make([]byte, ed25519.SeedSize-1)...))
}

func public(k ed25519.PrivateKey) protocol.PublicKey {
	return protocol.PublicKey{Suite: protocol.Suite1, Bytes: k.Public().(ed25519.PublicKey)}
}

func gather() (e evidence, err error) {
	home, err := os.MkdirTemp("", "counterfoil-bundle-")
	if err != nil {
		return e, err
	}
	defer os.RemoveAll(home)
	e.counter = key(3)
	ctx := context.Background()
	node, err := chain.Start(ctx, chain.Options{Home: home, Chain: testChain, Authority: public(key(1)),
		Admins: map[casework.HallID]protocol.PublicKey{"dongcheng": public(key(2))}, RPC: "127.0.0.1:0"})
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, node.Stop()) }()
	if e.trust, err = receipt.ParseTrust(node.Trust()); err != nil {
		return e, err
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	tell := func(k ed25519.PrivateKey, s protocol.Statement) {
		raw, _, failed := protocol.SignStatement(k, s)
		if failed == nil {
			_, _, failed = node.Submit(ctx, raw)
		}
		err = errors.Join(err, failed)
	}
	tell(key(2), protocol.EnrolKey(testChain, "dongcheng", "12", public(e.counter), now))
	if e.sm2, err = protocol.DeriveSM2Key(key(8).Seed(), "test"); err != nil {
		return e, err
	}
	second, failed := protocol.CounterKey(e.sm2, key(8))
	err = errors.Join(err, failed)
	tell(key(2), protocol.EnrolKey(testChain, "dongcheng", "22", second, now))
	client := ledger.New(ledger.Options{Nodes: []string{node.URL()}, Trust: e.trust})
	for _, made := range []struct {
		into  *Material
		items [2]casework.ItemCode // opened for, authorized for
	}{{&e.whole, [2]casework.ItemCode{"item-1", "item-1"}}, {&e.other, [2]casework.ItemCode{"item-2", "item-2"}}, {&e.strayed, [2]casework.ItemCode{"item-1", "item-2"}},
		{&e.paper, [2]casework.ItemCode{"item-1", "item-1"}}, {&e.second, [2]casework.ItemCode{"item-1", "item-1"}}} {
		g := casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: made.items[1], Hall: "dongcheng", From: now.Add(-time.Minute), Until: now.Add(time.Hour),
			Needs: []casework.LicenceNeed{{Kind: "id-card"}, {Kind: "driving-licence"}}, Salt: protocol.NewSalt()}
		signer, suite, place := crypto.Signer(e.counter), protocol.Suite1, casework.CounterID("12")
		if made.into == &e.second {
			signer, suite, place = e.sm2, protocol.Suite2, "22"
		}
		tell(key(1), protocol.RegisterGrant(testChain, suite, g, now))
		w := &writer{counter: signer, suite: suite, place: place, client: client, id: casework.CaseID(protocol.NewID()), item: made.items[0], grant: g, start: now}
		w.m.Trust, w.paper = node.Trust(), made.into == &e.paper
		err = errors.Join(err, w.serve(ctx))
		*made.into = w.m
	}
	return e, err
}

// writer writes one case as a counter does, with small contents.
type writer struct {
	counter  crypto.Signer
	suite    protocol.Suite
	place    casework.CounterID
	client   *ledger.Client
	id       casework.CaseID
	item     casework.ItemCode
	grant    casework.Grant
	start    time.Time
	standing casework.Standing
	digests  []casework.Digest
	paper    bool
	m        Material
}

func (w *writer) serve(ctx context.Context) error {
	for _, kind := range casework.StepKinds()[:7] { // to the submission
		if w.paper && kind == casework.Retrieved {
			continue
		}
		e, contents, err := w.draft(kind)
		if err != nil {
			return err
		}
		raw, d, err := protocol.SignEntry(w.counter, e)
		if err != nil {
			return err
		}
		proof, err := w.client.Commit(ctx, raw)
		if err != nil {
			return err
		}
		if w.standing, err = w.standing.Next(e, d); err != nil {
			return err
		}
		w.digests = append(w.digests, d)
		w.m.Entries, w.m.Receipts, w.m.Contents = append(w.m.Entries, raw), append(w.m.Receipts, proof.Raw), append(w.m.Contents, contents)
	}
	return nil
}

func (w *writer) draft(kind casework.StepKind) (casework.Entry, []casework.Attachment, error) {
	e := casework.Entry{Chain: testChain, Case: w.id, Seq: w.standing.Seq + 1, Kind: kind, Hall: "dongcheng", Counter: w.place, Clerk: "clerk-1",
		Time: w.start.Add(time.Duration(w.standing.Seq) * time.Millisecond), Prev: w.standing.Head}
	var contents []casework.Attachment
	commit := func(name string, b []byte) casework.Commitment {
		a := casework.Attachment{Name: name, Media: "application/octet-stream", Salt: protocol.NewSalt(), Content: b}
		contents = append(contents, a)
		return w.suite.Commit(a.Salt, b)
	}
	switch kind {
	case casework.Opened:
		e.Body = casework.Body{Item: commit("item", protocol.ItemContent(w.item)), Demands: casework.Demands{Signature: true, Photo: casework.PhotoRequired}}
	case casework.Authorized:
		if w.paper {
			o, err := json.Marshal(casework.Originals{Kinds: []casework.LicenceKind{"id-card"}, Compared: casework.ByEye, Reason: casework.NoPhone, Time: w.start})
			e.Body = casework.Body{Item: commit("item", protocol.ItemContent(w.item)), Method: casework.ByPaper,
				Acting: commit("acting", []byte(`{"role":"relative"}`)), Originals: commit("originals", o)}
			return e, contents, err
		}
		g, err := json.Marshal(w.grant)
		if err != nil {
			return e, nil, err
		}
		commit("grant", g)
		e.Body = casework.Body{Item: w.suite.CommitItem(w.grant.Salt, w.grant.Item), Grant: w.grant.ID, Method: casework.ByQR}
	case casework.Retrieved:
		e.Body = casework.Body{Item: w.suite.CommitItem(w.grant.Salt, w.grant.Item), Grant: w.grant.ID}
		for i, n := range w.grant.Needs {
			p, err := protocol.IssueLicence(key(9), casework.Licence{Kind: n.Kind, Issuer: "issuer", Issued: w.start, Status: casework.InForce,
				Fields: []casework.FieldValue{{Field: "name", Value: "示例"}}})
			if err != nil {
				return e, nil, err
			}
			raw, err := protocol.Marshal(p)
			if err != nil {
				return e, nil, err
			}
			e.Body.Licences = append(e.Body.Licences, casework.LicenceCommitment{Kind: w.suite.CommitKind(w.grant.Salt, n.Kind), Original: commit([]string{"licence-1", "licence-2"}[i], raw)})
		}
	case casework.Confirmed:
		e.Body = casework.Body{Fields: commit("fields", []byte(`[{"field":"name","value":"x"}]`)), Picture: commit("picture", []byte("picture"))}
	case casework.Signed:
		e.Body = casework.Body{Confirmation: w.standing.Confirmation, Ink: commit("ink", []byte("ink"))}
	case casework.Photographed:
		e.Body = casework.Body{Photo: commit("photo", []byte("photo"))}
	case casework.Submitted:
		e.Body = casework.Body{Whole: w.suite.WholeOf(w.digests)}
	}
	return e, contents, nil
}

// clone returns a copy whose lists can be changed.
func (m Material) clone() Material {
	c := Material{Entries: slices.Clone(m.Entries), Receipts: slices.Clone(m.Receipts), Contents: make([][]casework.Attachment, len(m.Contents)), Trust: m.Trust}
	for i, list := range m.Contents {
		for _, a := range list {
			a.Content = bytes.Clone(a.Content)
			c.Contents[i] = append(c.Contents[i], a)
		}
	}
	return c
}

func written(t testing.TB, signer crypto.Signer, m Material) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, signer, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func quiet(Line) {}
