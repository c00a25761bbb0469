package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/protocol"
	"counterfoil/sync/authority"
)

func TestAServedCentreEnrolsACounterThatThenCallsIt(t *testing.T) {
	home, people := t.TempDir(), filepath.Join(t.TempDir(), "register.toml")
	invented, err := os.ReadFile("../../repository/register.toml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(people, invented, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := serve(ctx, []string{"--home", home, "--practice", "--register", people, "--phone", "127.0.0.1:0", "--counters", "127.0.0.1:0", "--ledger", "127.0.0.1:0"}, w)
		_ = w.CloseWithError(err)
		ended <- err
	}()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	said := bufio.NewScanner(r)
	for _, want := range []string{"chain ", "phone ", "counters ", "ledger ", "pinned "} {
		if !said.Scan() || !strings.HasPrefix(said.Text(), want) {
			t.Fatalf("%q is said where %q was expected: %v", said.Text(), want, said.Err())
		}
	}
	public, device, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(home, "counter.toml")
	args := []string{"--home", home, "--hall", "dongcheng", "--counter", "12", "--key", base64.StdEncoding.EncodeToString(public), "--out", file}
	for range 2 { // enrolling again is harmless
		if err := enrol(ctx, args, nil, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	servesSuite2(ctx, t, home)
	s, err := config.Load(file)
	if err != nil || s.Clerks.SignIn != config.Roster || s.Suite != 1 || s.Hall != "dongcheng" || s.Counter != "12" || len(s.Issuers) == 0 {
		t.Fatalf("the settings: %+v %v", s, err)
	}
	c, err := authority.New(authority.Options{Address: s.Centre.Address, Server: protocol.PublicKey{Suite: protocol.Suite1, Bytes: s.Centre.Key}, Device: device})
	if err != nil {
		t.Fatal(err)
	}
	about, err := c.About(ctx)
	if err != nil || about.Chain != s.Chain {
		t.Fatalf("the enrolled counter is not served: %v", err)
	}
	approves(t, home)
	kept(t, home)
	begun(t, home)
	oddities(t, home)
	staffing(t, home, c)
	readAgain(t, home, people)
	var out bytes.Buffer
	if err := enrol(ctx, append(args[:2:2], "--hall", "nowhere", "--counter", "12", "--key", args[7]), nil, &out); err == nil || !strings.Contains(err.Error(), "wrong-hall") || out.Len() != 0 {
		t.Fatalf("a hall that is none: %v", err)
	}
}

// approves enrols a counter by its own request, when its fingerprint is told as it
// is, and ends its key again.
func approves(t *testing.T, home string) {
	t.Helper()
	public, device, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := protocol.NewKeyRequest("dongcheng", "14", time.Now())
	r.Key = protocol.PublicKey{Suite: protocol.Suite1, Bytes: public}
	raw, err := protocol.SignKeyRequest(r, device, nil)
	if err != nil {
		t.Fatal(err)
	}
	request, file := filepath.Join(home, "14.request"), filepath.Join(home, "14.toml")
	if err := os.WriteFile(request, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	mark := r.Key.Fingerprint()
	var out bytes.Buffer
	for _, typed := range []string{"\n", "no\n", "0000 0000\n"} {
		if err := enrol(t.Context(), []string{"--home", home, "--request", request, "--out", file}, strings.NewReader(typed), &out); err == nil || !strings.Contains(err.Error(), "nothing was enrolled") {
			t.Errorf("%q: %v", typed, err)
		}
	}
	if !strings.Contains(out.String(), mark) {
		t.Errorf("the fingerprint is not shown: %s", &out)
	}
	if err := enrol(t.Context(), []string{"--home", home, "--request", request, "--fingerprint", "0000"}, nil, io.Discard); !errors.Is(err, errNotTheKey) {
		t.Error(err)
	}
	if err := enrol(t.Context(), []string{"--home", home, "--request", request, "--out", file}, strings.NewReader(strings.ToLower(mark[:9])+"\n"), io.Discard); err != nil {
		t.Fatal(err)
	}
	if s, err := config.Load(file); err != nil || s.Counter != "14" || s.Key.Enrolled != string(r.Key.ID()) {
		t.Errorf("%+v, %v", s, err)
	}
	for range 2 {
		if err := withdraw(t.Context(), []string{"--home", home, "--key-id", string(r.Key.ID())}, io.Discard); err != nil {
			t.Error(err)
		}
	}
	if err := enrol(t.Context(), []string{"--home", home, "--request", request, "--fingerprint", mark}, nil, io.Discard); err == nil || !strings.Contains(err.Error(), "key-withdrawn") {
		t.Errorf("after the withdrawal: %v", err)
	}
}

// begun lets a citizen begin whose number a clerk reads off the paper original.
func begun(t *testing.T, home string) {
	t.Helper()
	check, _ := casework.CitizenNumberCheck("11990119870412024")
	var out bytes.Buffer
	if err := holder(t.Context(), []string{"--home", home}, strings.NewReader("11990119870412024"+string(check)+"\n"), &out); err != nil ||
		!regexp.MustCompile(`one-time code  [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\n`).MatchString(out.String()) || !strings.Contains(out.String(), "http://localhost:") {
		t.Errorf("%v\n%s", err, &out)
	}
	if strings.Contains(out.String(), "1987") {
		t.Error("the number is printed")
	}
	if err := holder(t.Context(), []string{"--home", home, "--holder", "wang-xiulan"}, nil, io.Discard); err != nil {
		t.Error(err)
	}
	for want, in := range map[string]string{"holder-unknown": "11010519491231002X\n", "no number": "\n"} {
		if err := holder(t.Context(), []string{"--home", home}, strings.NewReader(in), io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
}

// oddities asks for what citizens reported: nothing yet.
func oddities(t *testing.T, home string) {
	t.Helper()
	var out bytes.Buffer
	if err := odd(t.Context(), []string{"--home", home}, &out); err != nil || !strings.HasPrefix(out.String(), "nothing waits") {
		t.Errorf("%v\n%s", err, &out)
	}
	for want, words := range map[string][]string{"report-unknown": {"answer", "00112233", "seen"}, "odd takes": {"answer", "00112233"}, "takes --home": {"answer", "00112233", " "}} {
		if err := odd(t.Context(), append([]string{"--home", home}, words...), io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
	if err := odd(t.Context(), []string{"--home", t.TempDir()}, io.Discard); !errors.Is(err, errNoCentre) {
		t.Error(err)
	}
}

// staffing adds somebody to a hall and changes what is known of them, word by word.
func staffing(t *testing.T, home string, counter *authority.Client) {
	t.Helper()
	say := func(words ...string) string {
		t.Helper()
		var out bytes.Buffer
		args := append([]string{words[0], "--home", home, "--hall", "dongcheng"}, words[1:]...)
		if err := clerk(t.Context(), args, &out); err != nil {
			t.Errorf("%q: %v", words, err)
		}
		return out.String()
	}
	once := regexp.MustCompile(`one-time password: (\d{10})\n`).FindStringSubmatch(say("add", "--number", "0420", "--name", "何静", "--role", "clerk"))
	if once == nil {
		t.Fatal("no password is printed")
	}
	say("card", "--number", "0420", "--file", cardFile(t))
	say("role", "--number", "0420", "--role", "supervisor")
	say("suspend", "--number", "0420")
	if list := say("list"); !strings.Contains(list, "0420              supervisor     何静  suspended, one-time password, 1 cards\n") || !strings.Contains(list, "0317 ") {
		t.Error(list)
	}
	say("resume", "--number", "0420")
	say("card", "--number", "0420", "--none")
	say("days", "--days", "14")
	if again := say("reset", "--number", "0420"); strings.Contains(again, once[1]) || !strings.Contains(again, "one-time password: ") {
		t.Error("no other password")
	}
	raw, err := counter.Roster(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if r, _, err := protocol.OpenRoster(raw); err != nil || r.Days != 14 || len(r.Clerks) != 5 {
		t.Errorf("the counter is told %+v, %v", r, err)
	}
	for want, words := range map[string][]string{"already-done": {"add", "--number", "0420", "--role", "clerk"}, "clerk-refused": {"suspend", "--number", "none"},
		"malformed": {"role", "--number", "0420", "--role", "mayor"}, "1 to 366": {"days", "--days", "0"}} {
		args := append([]string{words[0], "--home", home, "--hall", "dongcheng"}, words[1:]...)
		if err := clerk(t.Context(), args, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
}

// cardFile writes the public key of a card.
func cardFile(t *testing.T) string {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "card.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// readAgain has the register read again, and reads what is wrong with a broken one.
func readAgain(t *testing.T, home, file string) {
	t.Helper()
	var out bytes.Buffer
	if err := register(t.Context(), []string{"reload", "--home", home}, &out); err != nil || !strings.Contains(out.String(), "read again") {
		t.Errorf("%v\n%s", err, &out)
	}
	if err := os.WriteFile(file, []byte("[[issuer]]\nname = \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := register(t.Context(), []string{"reload", "--home", home}, &out); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a broken register: %v", err)
	}
	for _, args := range [][]string{nil, {"reload"}, {"reload", "--home", home, "more"}, {"unload"}} {
		if err := register(t.Context(), args, &out); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}

// kept checks the interface of the centre on a home as an administrator would,
// from the making of a key on.
func kept(t *testing.T, home string) {
	t.Helper()
	key, settings := filepath.Join(home, "check.key"), filepath.Join(home, "check.toml")
	var out bytes.Buffer
	if err := checkService(t.Context(), []string{"--key", key}, nil, &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if err := enrol(t.Context(), []string{"--home", home, "--hall", "dongcheng", "--counter", "check", "--key", lines[1], "--out", settings}, nil, io.Discard); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := checkService(t.Context(), []string{"--key", key, "--settings", settings}, nil, &out); err != nil || !strings.Contains(out.String(), "0 are broken, 10 were not tried") {
		t.Errorf("%v\n%s", err, &out)
	}
	out.Reset()
	if err := checkService(t.Context(), []string{"--key", key, "--settings", settings, "--json", "--citizen", "https://127.0.0.1:1"}, strings.NewReader(""), &out); err == nil ||
		!strings.Contains(out.String(), `"state":"broken","why":"no answer"`) {
		t.Errorf("where nobody answers: %v\n%s", err, &out)
	}
}

// servesSuite2 enrols a counter of suite 2 by what counterfoil key prints, and
// calls the centre as that counter.
func servesSuite2(ctx context.Context, t *testing.T, home string) {
	t.Helper()
	_, line, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	device, err := protocol.DeriveSM2Key(line.Seed(), "test")
	if err != nil {
		t.Fatal(err)
	}
	key, err := protocol.CounterKey(device, line)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(home, "counter-22.toml")
	enrolled := func(key []byte) error {
		return enrol(ctx, []string{"--home", home, "--hall", "dongcheng", "--counter", "22", "--key", base64.StdEncoding.EncodeToString(key), "--out", file}, nil, io.Discard)
	}
	if err := enrolled(key.Bytes); err == nil || !strings.Contains(err.Error(), "97") {
		t.Errorf("an SM2 key without its connection: %v", err)
	}
	if err := enrolled(key.Passed()); err != nil {
		t.Fatal(err)
	}
	s, err := config.Load(file)
	if err != nil || s.Suite != 2 || s.Counter != "22" {
		t.Fatalf("the settings: %+v %v", s, err)
	}
	server, err := protocol.KeyOf(s.Centre.Key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := authority.New(authority.Options{Address: s.Centre.Address, Server: server, Device: line})
	if err != nil {
		t.Fatal(err)
	}
	if about, err := c.About(ctx); err != nil || len(about.EvidenceSM2) != 65 {
		t.Errorf("the enrolled counter is not served: %v", err)
	}
}

func TestWrongWordsAreExplained(t *testing.T) {
	home := t.TempDir()
	made := filepath.Join(home, "made")
	if err := run(t.Context(), []string{"node", "init", "--home", made, "--hall", "dongcheng", "--external", "10.0.0.2:26656"}); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"say serve, enrol":     {},
		"none of serve, enrol": {"server"},
		"say --nodes":          {"trace", "0123"},
		"id of one case":       {"trace"},
		"reconcile takes":      {"reconcile", "--hall", "h"},
		"report takes":         {"report"},
		"report check takes":   {"report", "check", "--key", "short", "file"},
		"takes one file":       {"report", "check", "file", "--key", "short", "another"},
		"YYYYMMDD":             {"reconcile", "--nodes", "n", "--trust", "t", "--hall", "h", "--counter", "1", "--day", "20261331", "--sign", "k", "--out", "o"},
		"check takes --key":    {"check"},
		"at most one address":  {"check", "--key", "k", "one", "two"},
		"--home DIR":           {"serve"},
		"takes --home":         {"enrol", "--home", home},
		"holder takes":         {"holder"},
		"clerk takes":          {"clerk"},
		"is none of add":       {"clerk", "hire"},
		"clerk add takes":      {"clerk", "add", "--home", home},
		"--file or --none":     {"clerk", "card", "--home", home, "--hall", "h", "--number", "1"},
		"no PEM file":          {"clerk", "card", "--home", home, "--hall", "h", "--number", "1", "--file", os.Args[0]},
		"base64":               {"enrol", "--home", home, "--hall", "h", "--counter", "1", "--key", "short!"},
		"32 bytes of Ed25519":  {"enrol", "--home", home, "--hall", "h", "--counter", "1", "--key", base64.StdEncoding.EncodeToString(make([]byte, 97))},
		"no centre answers":    {"enrol", "--home", home, "--hall", "h", "--counter", "1", "--key", base64.StdEncoding.EncodeToString(make([]byte, 32))},
		"catalogue":            {"serve", "--home", home, "--catalogue", filepath.Join(home, "none.toml")},
	} {
		if err := run(t.Context(), args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", args, err)
		}
	}
}
