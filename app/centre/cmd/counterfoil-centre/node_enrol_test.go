package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"counterfoil/app/centre"
	"counterfoil/app/centre/hall"
	"counterfoil/app/config"
	"counterfoil/app/counter"
	"counterfoil/app/counter/keep"
	"counterfoil/app/protocol"
	"counterfoil/packaging/campaign/vacant"
)

// oneHall founds a ledger of one hall by the commands that its administrator
// types, and runs its node until the test ends. It returns the hall's home and
// what the centre tells of itself.
func oneHall(t *testing.T) (home, public string) {
	t.Helper()
	home, public = t.TempDir(), filepath.Join(t.TempDir(), "public.json")
	far := t.TempDir()
	say := func(args ...string) {
		t.Helper()
		if err := node(t.Context(), args, nil, io.Discard); err != nil {
			t.Fatalf("%q: %v", args, err)
		}
	}
	if err := authorityCard([]string{"--home", far}, io.Discard); err != nil {
		t.Fatal(err)
	}
	say("init", "--home", home, "--hall", "dongcheng", "--p2p", vacant.Address(), "--rpc", vacant.Address())
	say("join", "--home", home, "--chain", "practice-one", "--time", time.Now().UTC().Format(time.RFC3339), "--authority", filepath.Join(far, "authority.json"), filepath.Join(home, "card.json"))
	_, key := seeded(9)
	if err := (centre.Public{Chain: "practice-one", Centre: "https://127.0.0.1:1", CentreKey: key}).Save(public); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := nodeRun(ctx, []string{"--home", home}, w)
		_ = w.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	said := bufio.NewScanner(r)
	for range 4 {
		if !said.Scan() {
			t.Fatalf("the node does not run: %v", said.Err())
		}
	}
	return home, public
}

// onLedger returns what the hall's own node has of a key.
func onLedger(t *testing.T, home string, id protocol.KeyID) (protocol.KeyState, bool) {
	t.Helper()
	h, err := hall.Open(home)
	if err != nil {
		t.Fatal(err)
	}
	k, there, err := record[protocol.KeyState](t.Context(), rpc{h.Settings.URL()}, protocol.LedgerKey+string(id))
	if err != nil {
		t.Fatal(err)
	}
	return k, there
}

// asks keeps a counter's request in a file, and returns what it asks for.
func asks(t *testing.T, raw []byte, err error) (string, protocol.KeyRequest) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := protocol.OpenKeyRequest(raw)
	file := filepath.Join(t.TempDir(), "request")
	if err == nil {
		err = os.WriteFile(file, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file, r
}

// TestAHallEnrolsACounterByItsRequestAndItsNextKeyAfterIt: only when the
// fingerprint was compared, and with settings that the counter takes.
func TestAHallEnrolsACounterByItsRequestAndItsNextKeyAfterIt(t *testing.T) {
	home, public := oneHall(t)
	enrolled := func(in string, words ...string) (string, error) {
		var out bytes.Buffer
		err := node(t.Context(), append([]string{"enrol", "--home", home}, words...), strings.NewReader(in), &out)
		return out.String(), err
	}
	refused := func(want, in string, words ...string) {
		t.Helper()
		if out, err := enrolled(in, words...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q, %q: %v\n%s", words, in, err, out)
		}
	}
	about := protocol.NewKeyRequest("dongcheng", "12", time.Now())
	dir, settings := t.TempDir(), filepath.Join(t.TempDir(), "settings.toml")
	first, err := counter.LoadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := first.Request(about)
	request, r := asks(t, raw, err)
	for _, typed := range []string{"", "no\n"} {
		refused("eight digits", typed, "--request", request)
	}
	refused("another one", "0000 0000\n", "--request", request)
	refused("another one", "", "--request", request, "--fingerprint", "0000")
	refused("node enrol takes", "", "--request", request, "--counter", "12")
	refused("node enrol takes", "", "--request", request, "--clerks")
	raw, err = first.Request(protocol.NewKeyRequest("xicheng", "12", time.Now()))
	foreign, _ := asks(t, raw, err)
	refused("this home is of dongcheng", "", "--request", foreign, "--fingerprint", r.Key.Fingerprint())
	if _, there := onLedger(t, home, r.Key.ID()); there {
		t.Fatal("what nobody approved is on the ledger")
	}
	mark := strings.ToLower(r.Key.Fingerprint()[:9])
	out, err := enrolled(mark+"\n", "--request", request, "--centre", public, "--out", settings, "--clerks")
	if err != nil || !strings.Contains(out, r.Key.Fingerprint()) || !strings.Contains(out, "recorded at height") {
		t.Fatalf("%v\n%s", err, out)
	}
	if s, err := config.Load(settings); err != nil || s.Hall != "dongcheng" || s.Counter != "12" || s.Key.Enrolled != string(r.Key.ID()) || s.Clerks.SignIn != config.Roster {
		t.Errorf("%+v, %v", s, err)
	}
	if out, err := enrolled(mark+"\n", "--request", request); err != nil || !strings.Contains(out, "enrolled already") {
		t.Errorf("the same again: %v\n%s", err, out)
	}
	raw, err = first.Request(protocol.NewKeyRequest("dongcheng", "13", time.Now()))
	other, _ := asks(t, raw, err)
	refused("enrolled for the counter 12", "", "--request", other, "--fingerprint", r.Key.Fingerprint())

	_, raw, err = first.Rotate(t.Context(), about, "", keep.Means{})
	request, next := asks(t, raw, err)
	stranger, err := counter.LoadIdentity(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	_, raw, err = stranger.Rotate(t.Context(), about, "", keep.Means{})
	strange, s := asks(t, raw, err)
	refused("is not enrolled for counter 12", "", "--request", strange, "--fingerprint", s.Key.Fingerprint())
	if err := node(t.Context(), []string{"suspend", "--home", home, "--key-id", next.Replaces}, nil, io.Discard); err != nil {
		t.Fatal(err)
	}
	approve := []string{"--request", request, "--fingerprint", next.Key.Fingerprint(), "--centre", public, "--out", settings}
	if out, err := enrolled("", approve...); err != nil { // the key before is suspended, and may be replaced
		t.Fatalf("%v\n%s", err, out)
	}
	if before, _ := onLedger(t, home, r.Key.ID()); before.Withdrawn {
		t.Error("the key before is withdrawn with what waits under it")
	}
	if err := node(t.Context(), []string{"withdraw", "--home", home, "--key-id", next.Replaces}, nil, io.Discard); err != nil {
		t.Fatal(err)
	}
	if out, err := enrolled("", approve...); err != nil || !strings.Contains(out, "enrolled already") {
		t.Errorf("the settings once more: %v\n%s", err, out)
	}
	written, err := config.Load(settings)
	if err != nil || written.Clerks.SignIn == config.Roster {
		t.Fatalf("%+v, %v", written, err)
	}
	taken, err := counter.OpenIdentity(t.Context(), counter.Keys{Dir: dir, Enrolled: protocol.KeyID(written.Key.Enrolled)})
	if err != nil {
		t.Fatal(err)
	}
	key, err := taken.Public()
	if now, there := onLedger(t, home, key.ID()); err != nil || !there || now.Withdrawn || now.Suspended || key.ID() != next.Key.ID() {
		t.Errorf("%+v, %v", now, err)
	}
	if before, there := onLedger(t, home, r.Key.ID()); !there || !before.Withdrawn {
		t.Errorf("%+v", before)
	}
	another, replacing := seeded(5)
	about.Key, about.Replaces = replacing, string(r.Key.ID())
	late, err := protocol.SignKeyRequest(about, another, first.Device)
	file, l := asks(t, late, err)
	refused("withdrawn for good", "", "--request", file, "--fingerprint", l.Key.Fingerprint())
	byKey := filepath.Join(t.TempDir(), "settings.toml")
	if out, err := enrolled("", "--counter", "12", "--key", base64.StdEncoding.EncodeToString(key.Passed()), "--centre", public, "--out", byKey); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if s, err := config.Load(byKey); err != nil || s.Key.Enrolled != string(key.ID()) {
		t.Errorf("%+v, %v", s, err)
	}
}
