package authority

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/go-resty/resty/v2"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// call is one call: what to send and what a good answer is.
type call struct {
	method string
	path   string
	id     map[string]string // path parameters
	query  map[string]string
	body   any
	wait   time.Duration // of a poll
	good   []int         // statuses that are answers
}

// do makes the call and returns the status of a good answer. answer says where
// the body of each good status goes; nil: it has none.
func (c *Client) do(ctx context.Context, k call, answer func(status int) checked) (int, error) {
	bounded, cancel := context.WithTimeout(ctx, c.o.Timeout+k.wait)
	defer cancel()
	r := c.http.R().SetContext(bounded).SetPathParams(k.id).SetQueryParams(k.query)
	if k.body != nil {
		r.SetBody(k.body)
	}
	asked := c.o.Now()
	res, err := r.Execute(k.method, k.path)
	if err == nil || errors.Is(err, resty.ErrResponseBodyTooLarge) {
		c.clock.note(res.Header(), asked, c.o.Now())
		err = judge(res, err, k.good, answer)
	} else {
		err = c.unanswered(ctx, err)
	}
	switch {
	case ctx.Err() == nil:
		c.state.note(c.o.Now(), err)
	case err != nil: // whatever came was cut short by whoever gave up
		err = ctx.Err()
	}
	if err != nil {
		return 0, err
	}
	return res.StatusCode(), nil
}

// unanswered says why there was no answer at all.
func (c *Client) unanswered(ctx context.Context, err error) error {
	var refusal *casework.Refusal
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &refusal): // of the handshake: not the pinned key
		return refusal
	}
	if refusal = c.key.refused(); refusal != nil {
		return refusal
	}
	return casework.Refuse(casework.CentreUnreachable, "the centre does not answer")
}

// checked is a body that knows whether it is whole.
type checked interface{ whole() bool }

func judge(res *resty.Response, err error, good []int, answer func(int) checked) error {
	garbled := func(why string) error { return casework.Refuse(casework.CentreGarbled, why) }
	if err != nil {
		return garbled("the answer is too large")
	}
	status := res.StatusCode()
	for _, g := range good {
		if status != g {
			continue
		}
		into := answer(status)
		if into == nil {
			return nil
		}
		if json.Unmarshal(res.Body(), into) != nil || !into.whole() {
			return garbled("the answer is not what the interface says")
		}
		return nil
	}
	if refusal := problem(res.Body(), status); refusal != nil {
		return refusal
	}
	if status >= http.StatusInternalServerError {
		return casework.Refuse(casework.CentreFailing, "the centre fails")
	}
	return garbled("the answer is none of the interface")
}

// problem reads an RFC 9457 problem, or returns nil when it is none. Its title
// is the far side's word and not repeated.
func problem(body []byte, status int) *casework.Refusal {
	var p protocol.Problem
	if status < http.StatusBadRequest || json.Unmarshal(bytes.TrimSpace(body), &p) != nil || p.Status != status || !reason(p.Reason) {
		return nil
	}
	refusal := casework.Refuse(p.Reason, "the centre refused")
	refusal.Wait = time.Duration(min(max(p.Retry, 0), maxWait)) * time.Second
	return refusal
}

// maxWait bounds how long the far end may tell a person to wait, in seconds: a
// day, after which budgets begin anew.
const maxWait = 24 * 3600

// reason reports whether k has the form of a published reason code; one that
// this version does not know is still shown as what it is.
func reason(k casework.RefusalKind) bool {
	for _, r := range k {
		if !('a' <= r && r <= 'z' || r == '-') {
			return false
		}
	}
	return k != "" && len(k) <= 40
}
