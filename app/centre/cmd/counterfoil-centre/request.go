package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"counterfoil/app/protocol"
)

// approving is how an administrator approves a counter's own request.
type approving struct{ file, fingerprint string }

func (a *approving) flags(f *flag.FlagSet) {
	f.StringVar(&a.file, "request", "", "in place of the words that name the counter and its key: the counter's own request, a `file` that counterfoil key --request wrote")
	f.StringVar(&a.fingerprint, "fingerprint", "", "with --request: what the counter's screen shows, `digits` as told on the telephone; asked for when empty")
}

// approved reads the request and has the administrator compare its fingerprint.
func (a approving) approved(in io.Reader, out io.Writer) (protocol.KeyRequest, []byte, error) {
	r, _, raw, err := a.read()
	if err == nil {
		err = a.compare(r, in, out)
	}
	return r, raw, err
}

// read reads the request; the envelope is what the key before signed of it.
func (a approving) read() (protocol.KeyRequest, protocol.Envelope, []byte, error) {
	raw, err := os.ReadFile(a.file)
	if err != nil {
		return protocol.KeyRequest{}, protocol.Envelope{}, nil, err
	}
	r, outer, err := protocol.OpenKeyRequest(raw)
	return r, outer, raw, err
}

// compare has the administrator compare the fingerprint of a request.
func (a approving) compare(r protocol.KeyRequest, in io.Reader, out io.Writer) error {
	if a.fingerprint != "" {
		if digits(a.fingerprint) != digits(r.Key.Fingerprint()) {
			return errNotTheKey
		}
		return nil
	}
	what := "a key"
	if r.Replaces != "" {
		what = "its next key, after " + r.Replaces
	}
	fmt.Fprintf(out, "counter %s of %s asks to enrol %s\nfingerprint  %s\n", r.Counter, r.Hall, what, r.Key.Fingerprint())
	fmt.Fprint(out, "Have the counter's fingerprint told to you by telephone. Type its first eight digits to approve: ")
	line, _ := bufio.NewReader(in).ReadString('\n')
	told := digits(line)
	if len(told) != 8 {
		return errors.New("nothing was enrolled: eight digits were asked for")
	}
	if !strings.HasPrefix(digits(r.Key.Fingerprint()), told) {
		return errNotTheKey
	}
	return nil
}

// errNotTheKey says that the request on this machine is not the counter's.
var errNotTheKey = errors.New("nothing was enrolled: the fingerprint is another one than the request's; somebody may have exchanged the request on its way")

// digits leaves out how people group them.
func digits(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\n' || r == '\r' || r == '\t' {
			return -1
		}
		return r
	}, s))
}

// withdraw ends a counter's key with the centre that runs on a home.
func withdraw(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("withdraw", flag.ContinueOnError)
	home := f.String("home", "", "`folder` of the running centre")
	id := f.String("key-id", "", "`id` of the counter's key, 32 hex digits")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *home == "" || len(*id) != 32 || f.NArg() > 0 {
		return errors.New("withdraw takes --home and --key-id")
	}
	if err := askAdmin(ctx, *home, http.MethodPost, protocol.PathWithdrawals, protocol.Withdrawal{KeyID: protocol.KeyID(*id)}, http.StatusNoContent, nil); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "the key %s is withdrawn for good\n", *id)
	return err
}
