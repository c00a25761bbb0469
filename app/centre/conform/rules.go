package conform

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// clockLimit is how far two clocks may be apart: a grant begins a minute before
// it was made.
const clockLimit = time.Minute

func callers() []rule {
	return []rule{
		{"an enrolled counter is told who the service is, over TLS 1.3 with the pinned key", func(ctx context.Context, v *visit) error {
			var about protocol.About
			if err := v.good(ctx, call{method: http.MethodGet, path: protocol.PathAbout}, http.StatusOK, &about); err != nil {
				return err
			}
			if about.Chain != v.o.Chain {
				return wrongly("it names another chain than the counter was enrolled for")
			}
			if !strings.HasPrefix(about.Phone, "https://") && !about.Practice {
				return wrongly("the citizen's page has no https address")
			}
			v.about = &about
			return nil
		}},
		{"its clock agrees with this one to a minute", func(_ context.Context, v *visit) error {
			if v.about == nil {
				return notTried("it did not say who it is")
			}
			if d := time.Since(v.about.Time).Abs(); d > clockLimit {
				return wrongly("they are %s apart", d.Round(time.Second))
			}
			return nil
		}},
		{"a key that nobody enrolled is refused", func(ctx context.Context, v *visit) error {
			return v.refused(ctx, call{method: http.MethodGet, path: protocol.PathAbout, unknown: true}, casework.CounterNotEnrolled)
		}},
		{"it serves its own description", func(ctx context.Context, v *visit) error {
			var doc struct {
				OpenAPI string                     `json:"openapi"`
				Paths   map[string]json.RawMessage `json:"paths"`
			}
			if err := v.good(ctx, call{method: http.MethodGet, path: "/v1/openapi.json"}, http.StatusOK, &doc); err != nil {
				return err
			}
			for _, path := range []string{protocol.PathAbout, protocol.PathRedeem, protocol.PathRequests, protocol.PathRequest, protocol.PathRetrieve, protocol.PathRevocations, protocol.PathWiped, protocol.PathEvidence} {
				if _, ok := doc.Paths[path]; !ok {
					return wrongly("%s is not described", path)
				}
			}
			if !strings.HasPrefix(doc.OpenAPI, "3.1") {
				return wrongly("it is not OpenAPI 3.1")
			}
			return nil
		}},
	}
}

func bodies() []rule {
	malformed := func(c call) func(context.Context, *visit) error {
		return func(ctx context.Context, v *visit) error { return v.refused(ctx, c, casework.Malformed) }
	}
	post := func(body string) call {
		return call{method: http.MethodPost, path: protocol.PathRequests, body: body}
	}
	return []rule{
		{"what no path takes is a problem", malformed(call{method: http.MethodGet, path: "/v1/nothing"})},
		{"a method that a path does not take is a problem", malformed(call{method: http.MethodDelete, path: protocol.PathAbout})},
		{"a body that is no JSON is a problem", malformed(post("{"))},
		{"a field that nobody knows is a problem", malformed(post(`{"item":"x","clerk":"c","case":"` + protocol.NewID() + `","more":1}`))},
		{"what follows a body is a problem", malformed(post(`{"item":"x","clerk":"c","case":"` + protocol.NewID() + `"}{}`))},
		{"a body over 64 KiB is a problem", malformed(post(`{"item":"` + strings.Repeat("x", 65<<10) + `"}`))},
		{"a case that is not named is a problem", func(ctx context.Context, v *visit) error {
			return v.refused(ctx, call{method: http.MethodPost, path: protocol.PathRequests, body: protocol.OpenRequest{Item: v.o.Item.Code, Clerk: v.clerk}}, casework.Malformed)
		}},
		{"an item that is none is refused", func(ctx context.Context, v *visit) error {
			return v.refused(ctx, call{method: http.MethodPost, path: protocol.PathRequests,
				body: protocol.OpenRequest{Item: "no-such-item", Clerk: v.clerk, Case: casework.CaseID(protocol.NewID())}}, casework.WrongItem, casework.Malformed)
		}},
	}
}

func requests() []rule {
	follow := func(v *visit, query string) call {
		return call{method: http.MethodGet, path: strings.Replace(protocol.PathRequest, "{id}", v.request.ID, 1) + query}
	}
	opened := func(try func(context.Context, *visit) error) func(context.Context, *visit) error {
		return func(ctx context.Context, v *visit) error {
			if v.request == nil {
				return notTried("no request was opened")
			}
			return try(ctx, v)
		}
	}
	state := func(ctx context.Context, v *visit, query string, want protocol.RequestStatus) error {
		var s protocol.RequestState
		if err := v.good(ctx, follow(v, query), http.StatusOK, &s); err != nil {
			return err
		}
		if s.Status != want || s.ID != v.request.ID || s.Grant != nil {
			return wrongly("it is %q, not %q", s.Status, want)
		}
		return nil
	}
	return []rule{
		{"a request has a link to the citizen's page, match words and an end", func(ctx context.Context, v *visit) error {
			r, err := v.open(ctx)
			if err != nil {
				return err
			}
			if v.about != nil && !strings.HasPrefix(r.Link, v.about.Phone) {
				return wrongly("the link does not lead to the citizen's page")
			}
			if len(r.ID) != 32 || r.MatchWords == "" || !r.Until.After(time.Now()) {
				return wrongly("its id, match words or end is missing")
			}
			v.request = &r
			return nil
		}},
		{"it waits for the citizen", opened(func(ctx context.Context, v *visit) error { return state(ctx, v, "", protocol.RequestWaiting) })},
		{"following it ends when the wait is over", opened(func(ctx context.Context, v *visit) error {
			return state(ctx, v, "?after=waiting&wait=1", protocol.RequestWaiting)
		})},
		{"renewing it keeps the match words", opened(func(ctx context.Context, v *visit) error {
			r, err := v.open(ctx)
			if err == nil && (r.MatchWords != v.request.MatchWords || r.Link == v.request.Link) {
				err = wrongly("the words changed, or the link did not")
			}
			if err == nil {
				v.request = &r
			}
			return err
		})},
		{"it can be withdrawn, and again", opened(func(ctx context.Context, v *visit) error {
			for range 2 {
				if err := v.good(ctx, call{method: http.MethodDelete, path: follow(v, "").path}, http.StatusNoContent, nil); err != nil {
					return err
				}
			}
			return state(ctx, v, "", protocol.RequestWithdrawn)
		})},
		{"a request that is none is refused", func(ctx context.Context, v *visit) error {
			return v.refused(ctx, call{method: http.MethodGet, path: strings.Replace(protocol.PathRequest, "{id}", protocol.NewID(), 1)}, casework.RequestExpired)
		}},
	}
}

func (v *visit) open(ctx context.Context) (protocol.Request, error) {
	var r protocol.Request
	err := v.good(ctx, call{method: http.MethodPost, path: protocol.PathRequests, body: protocol.OpenRequest{Item: v.o.Item.Code, Clerk: v.clerk, Case: v.asked}}, http.StatusCreated, &r)
	return r, err
}

func wrong() []rule {
	return []rule{
		{"a code without eight digits is refused and not counted", func(ctx context.Context, v *visit) error {
			for _, code := range []string{"", "1234567", "123456789", "1234567a", "１２３４５６７８"} {
				if err := v.refused(ctx, v.redeem(code, v.o.Item.Code, v.asked), casework.CodeMalformed); err != nil {
					return err
				}
			}
			return nil
		}},
		{"a code that nobody made is refused", func(ctx context.Context, v *visit) error {
			return v.refused(ctx, v.redeem("00000000", v.o.Item.Code, v.asked), casework.CodeUnknown, casework.CodeExpired, casework.CodeUsed)
		}},
		{"a grant that nobody gave retrieves nothing", func(ctx context.Context, v *visit) error {
			return v.refused(ctx, v.retrieve(casework.GrantID(protocol.NewID()), v.o.Item.Code, v.asked), casework.GrantUnknown)
		}},
	}
}

func (v *visit) redeem(code string, item casework.ItemCode, kase casework.CaseID) call {
	return call{method: http.MethodPost, path: protocol.PathRedeem, body: protocol.Redeem{Code: code, Item: item, Clerk: v.clerk, Case: kase}}
}

func (v *visit) retrieve(id casework.GrantID, item casework.ItemCode, kase casework.CaseID) call {
	return call{method: http.MethodPost, path: strings.Replace(protocol.PathRetrieve, "{id}", string(id), 1), body: protocol.Retrieve{Item: item, Case: kase}}
}

func kept() []rule {
	put := func(kase casework.CaseID, name string, b []byte) call {
		return call{method: http.MethodPut, path: strings.NewReplacer("{case}", string(kase), "{name}", name).Replace(protocol.PathEvidence), body: b}
	}
	keeps := func(try func(context.Context, *visit) error) func(context.Context, *visit) error {
		return func(ctx context.Context, v *visit) error {
			if v.about == nil || len(v.about.Evidence) == 0 {
				return notTried("it keeps no evidence")
			}
			return try(ctx, v)
		}
	}
	text := []byte("sealed by nobody, kept by a check of the interface")
	return []rule{
		{"evidence is kept, and the very same again is harmless", keeps(func(ctx context.Context, v *visit) error {
			for range 2 {
				if err := v.good(ctx, put(v.asked, "check", text), http.StatusNoContent, nil); err != nil {
					return err
				}
			}
			return nil
		})},
		{"kept evidence is never replaced", keeps(func(ctx context.Context, v *visit) error {
			return v.refused(ctx, put(v.asked, "check", bytes.ToUpper(text)), casework.AlreadyDone)
		})},
		{"evidence has a plain name, and is not empty", keeps(func(ctx context.Context, v *visit) error {
			if err := v.refused(ctx, put(v.asked, ".hidden", text), casework.Malformed); err != nil {
				return err
			}
			return v.refused(ctx, put(v.asked, "empty", []byte{}), casework.Malformed)
		})},
	}
}
