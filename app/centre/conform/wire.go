package conform

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

const (
	most    = 8 << 20 // bytes of an answer that are read
	patient = 60 * time.Second
)

// visit is what one run knows.
type visit struct {
	o        Options
	counter  *http.Client
	stranger *http.Client
	clerk    casework.Pseudonym

	about   *protocol.About
	request *protocol.Request
	asked   casework.CaseID // the case of the request
	kase    casework.CaseID // the case of the code
	code    string
	grant   *casework.Grant
	end     int // of the revocations
}

func newVisit(o Options) (*visit, error) {
	_, unknown, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	v := &visit{o: o, clerk: casework.Pseudonym(protocol.NewID()), asked: casework.CaseID(protocol.NewID()), kase: casework.CaseID(protocol.NewID())}
	if v.counter, err = client(o.Device, o.Server); err != nil {
		return nil, err
	}
	if v.stranger, err = client(unknown, o.Server); err != nil {
		return nil, err
	}
	return v, nil
}

// client calls with a key, follows nobody elsewhere and uses no proxy.
func client(key crypto.Signer, server protocol.PublicKey) (*http.Client, error) {
	tls, err := protocol.ClientTLS(key, server)
	if err != nil {
		return nil, err
	}
	return &http.Client{
		Transport:     &http.Transport{TLSClientConfig: tls},
		Timeout:       patient,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

func (v *visit) close() {
	v.counter.CloseIdleConnections()
	v.stranger.CloseIdleConnections()
}

// call is one call to the service.
type call struct {
	method, path string
	body         any // []byte goes as it is, text as it is for JSON, anything else as JSON; nil: none
	unknown      bool
}

// answer is what came back.
type answer struct {
	status int
	media  string
	body   []byte
}

var errNoAnswer = errors.New("no answer")

func (v *visit) do(ctx context.Context, c call) (answer, error) {
	raw, media := []byte(nil), "application/json"
	switch b := c.body.(type) {
	case nil:
	case []byte:
		raw, media = b, "application/octet-stream"
	case string:
		raw = []byte(b)
	default:
		var err error
		if raw, err = json.Marshal(b); err != nil {
			return answer{}, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, c.method, strings.TrimSuffix(v.o.Address, "/")+c.path, bytes.NewReader(raw))
	if err != nil {
		return answer{}, err
	}
	if raw != nil {
		req.Header.Set("Content-Type", media)
	}
	from := v.counter
	if c.unknown {
		from = v.stranger
	}
	res, err := from.Do(req)
	if err != nil {
		return answer{}, errNoAnswer // its text would hold the address and what was sent
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, most))
	if err != nil {
		return answer{}, errNoAnswer
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	return answer{res.StatusCode, kind, body}, nil
}

// good wants a status and a JSON body into out; nil: none is wanted.
func (v *visit) good(ctx context.Context, c call, status int, out any) error {
	a, err := v.do(ctx, c)
	if err != nil {
		return err
	}
	if a.status != status {
		return wrongly("%s", instead(a))
	}
	if out == nil {
		return nil
	}
	if a.media != "application/json" || json.Unmarshal(a.body, out) != nil {
		return wrongly("the answer is not the JSON that the interface describes")
	}
	return nil
}

// refused wants a problem with one of the reasons.
func (v *visit) refused(ctx context.Context, c call, reasons ...casework.RefusalKind) error {
	a, err := v.do(ctx, c)
	if err != nil {
		return err
	}
	p, ok := problemOf(a)
	switch {
	case !ok:
		return wrongly("%s", instead(a))
	case p.Status != a.status:
		return wrongly("the problem says status %d, the answer has %d", p.Status, a.status)
	case !slices.Contains(reasons, p.Reason):
		return wrongly("%s", instead(a))
	}
	return nil
}

func problemOf(a answer) (protocol.Problem, bool) {
	var p protocol.Problem
	ok := a.status >= 400 && a.media == "application/problem+json" && json.Unmarshal(a.body, &p) == nil && published(p.Reason)
	return p, ok
}

// published reports whether a reason has the form of one. What a service says
// beyond that is not repeated: it might be anything.
func published(k casework.RefusalKind) bool {
	return k != "" && len(k) <= 40 && strings.Trim(string(k), "abcdefghijklmnopqrstuvwxyz-") == ""
}

// instead says what came in place of what was wanted.
func instead(a answer) string {
	p, ok := problemOf(a)
	switch {
	case ok:
		return fmt.Sprintf("status %d, reason %s", a.status, p.Reason)
	case a.status >= http.StatusBadRequest:
		return fmt.Sprintf("status %d without a problem and its reason", a.status)
	}
	return fmt.Sprintf("status %d", a.status)
}
