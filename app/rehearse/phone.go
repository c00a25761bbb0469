package rehearse

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Phone is a citizen's phone that talks to the centre's phone page through the
// same calls as the page's own script.
type Phone struct {
	base   string
	holder string
	pin    string
	hall   casework.HallID
	client *http.Client
}

// PhoneOptions say whose phone it is.
type PhoneOptions struct {
	Base   string            // address of the phone page
	Holder string            // optional: the first that the page offers
	PIN    string            // of the holder
	Hall   casework.HallID   // codes are made for it
	Client http.RoundTripper // optional: http.DefaultTransport
}

// NewPhone signs in. The errors of all its methods are refusals.
func NewPhone(ctx context.Context, o PhoneOptions) (*Phone, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	p := &Phone{base: strings.TrimSuffix(o.Base, "/"), holder: o.Holder, pin: o.PIN, hall: o.Hall,
		client: &http.Client{Jar: jar, Transport: o.Client, Timeout: 30 * time.Second}}
	if p.holder == "" {
		var holders []protocol.Holder
		if err := p.once(ctx, http.MethodGet, protocol.PathHolders, nil, &holders); err != nil {
			return nil, err
		}
		if len(holders) == 0 {
			return nil, casework.Refuse(casework.CentreGarbled, "the phone page offers no holder")
		}
		p.holder = holders[0].ID
	}
	return p, p.signIn(ctx)
}

func (p *Phone) signIn(ctx context.Context) error {
	return p.once(ctx, http.MethodPost, protocol.PathSignIn, protocol.SignIn{Holder: p.holder, PIN: p.pin}, nil)
}

// Kinds implements Citizen: licences that are suspended or have expired are of
// no use.
func (p *Phone) Kinds(ctx context.Context) ([]casework.LicenceKind, error) {
	var me protocol.Me
	if err := p.call(ctx, http.MethodGet, protocol.PathMe, nil, &me); err != nil {
		return nil, err
	}
	today := time.Now().Format(time.DateOnly)
	var kinds []casework.LicenceKind
	for _, l := range me.Licences {
		until, err := time.Parse(time.DateOnly, l.Until)
		expired := err == nil && until.Format(time.DateOnly) < today // 长期 is no date
		if l.Status == casework.InForce && !expired {
			kinds = append(kinds, l.Kind)
		}
	}
	return kinds, nil
}

// MakeCode implements Citizen: for themselves, or where the item needs what an
// entity holds that they act for, for that entity.
func (p *Phone) MakeCode(ctx context.Context, item casework.ServiceItem) (string, error) {
	ask := protocol.MakeCode{Hall: p.hall, Item: item.Code, PIN: p.pin}
	for _, n := range item.Needs {
		ask.Kinds = append(ask.Kinds, n.Kind)
	}
	var me protocol.Me
	if err := p.call(ctx, http.MethodGet, protocol.PathMe, nil, &me); err != nil {
		return "", err
	}
	if !holds(me.Licences, ask.Kinds) {
		for _, e := range me.Entities {
			if ask.Entity == "" && holds(slices.Concat(me.Licences, e.Licences), ask.Kinds) {
				ask.Entity = e.ID
			}
		}
	}
	var made protocol.MadeCode
	err := p.call(ctx, http.MethodPost, protocol.PathCodes, ask, &made)
	return made.Code, err
}

// holds reports whether the licences are of all the kinds.
func holds(licences []protocol.HeldLicence, kinds []casework.LicenceKind) bool {
	return !slices.ContainsFunc(kinds, func(k casework.LicenceKind) bool {
		return !slices.ContainsFunc(licences, func(l protocol.HeldLicence) bool { return l.Kind == k })
	})
}

// AnswerRequest implements Citizen: it opens the link first, as a phone does,
// and reads what it is asked.
func (p *Phone) AnswerRequest(ctx context.Context, link string, agree bool) error {
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(u.Path, "/r/") {
		return casework.Refuse(casework.NotIssuedHere, "not a link of a request")
	}
	token := url.PathEscape(strings.TrimPrefix(u.Path, "/r/"))
	var consent protocol.Consent
	if err := p.call(ctx, http.MethodGet, strings.Replace(protocol.PathPhoneRequest, "{token}", token, 1), nil, &consent); err != nil {
		return err
	}
	if agree && len(consent.Missing) > 0 {
		return casework.Refuse(casework.LicenceNotHeld, "the citizen does not hold what is asked")
	}
	answer := protocol.Answer{Agree: agree}
	if agree {
		for _, e := range consent.Entities {
			if !e.Ended && answer.Entity == "" {
				answer.Entity = e.ID
			}
		}
		answer.PIN = p.pin
		for _, l := range consent.Licences {
			for _, f := range l.Own {
				answer.Own = append(answer.Own, f.FieldRef)
			}
		}
	}
	return p.call(ctx, http.MethodPost, strings.Replace(protocol.PathPhoneAnswer, "{token}", token, 1), answer, nil)
}

// call signs in again when the session has ended.
func (p *Phone) call(ctx context.Context, method, path string, body, into any) error {
	err := p.once(ctx, method, path, body, into)
	if casework.KindOf(err) != casework.SignInNeeded {
		return err
	}
	if err := p.signIn(ctx); err != nil {
		return err
	}
	return p.once(ctx, method, path, body, into)
}

func (p *Phone) once(ctx context.Context, method, path string, body, into any) error {
	var content io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return casework.Refuse(casework.Malformed, "the call cannot be written")
		}
		content = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, content)
	if err != nil {
		return casework.Refuse(casework.NotIssuedHere, "not an address")
	}
	req.Header.Set("X-Counterfoil", "1")
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.client.Do(req)
	if err != nil {
		return casework.Refuse(casework.CentreUnreachable, "the phone page does not answer")
	}
	defer resp.Body.Close()
	return readAnswer(resp, into)
}

// maxAnswer bounds what the phone page may answer, in bytes.
const maxAnswer = 1 << 20

func readAnswer(resp *http.Response, into any) error {
	limited := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer))
	if resp.StatusCode >= 300 {
		var problem protocol.Problem
		if limited.Decode(&problem) == nil && problem.Reason != "" {
			return casework.Refuse(problem.Reason, "the phone page refused")
		}
		return casework.Refuse(casework.CentreFailing, "the phone page failed")
	}
	if into == nil {
		return nil
	}
	if err := limited.Decode(into); err != nil {
		return casework.Refuse(casework.CentreGarbled, "the phone page's answer cannot be read")
	}
	return nil
}
