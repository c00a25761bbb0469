package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/go-resty/resty/v2"
)

// maxAnswer bounds a node's answer, in bytes: a block holds up to 1 MiB of
// transactions, which base64 makes a third longer, and evidence beside them.
const maxAnswer = 4 << 20

// caller makes JSON-RPC calls to one address.
type caller struct{ http *resty.Client }

func newCaller(address string, o Options) caller {
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: min(o.Request, 2*time.Second)}).DialContext,
		TLSClientConfig:     o.TLS,
		MaxIdleConnsPerHost: 32,
		IdleConnTimeout:     time.Minute,
		ForceAttemptHTTP2:   true,
	}
	return caller{resty.New().SetBaseURL(address).SetTransport(transport).SetTimeout(o.Request).
		SetRedirectPolicy(resty.NoRedirectPolicy()).SetResponseBodyLimit(maxAnswer).SetLogger(silent{})}
}

// rpcError is an error that the node itself reports.
type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    string `json:"data"`
}

// Error returns the code alone: the text may quote what was sent.
func (e *rpcError) Error() string { return "RPC error " + strconv.Itoa(e.Code) }

// request is one call as it goes over the wire.
type request struct {
	Version string         `json:"jsonrpc"`
	ID      int            `json:"id"`
	Method  string         `json:"method"`
	Params  map[string]any `json:"params"`
}

func newRequest(id int, method string, params map[string]any) request {
	return request{"2.0", id, method, params}
}

// answer is what comes back for one call: a result or an error.
type answer struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *rpcError       `json:"error"`
}

// into reads the result. The error is an *rpcError that the node reports, or a
// *Failure: no answer of ours.
func (a answer) into(result any) error {
	switch {
	case a.Error != nil:
		return a.Error
	case len(a.Result) == 0:
		return &Failure{Trouble: Garbled, Detail: "not an answer to the call"}
	case json.Unmarshal(a.Result, result) != nil:
		return &Failure{Trouble: Garbled, Detail: "an answer of another form"}
	}
	return nil
}

// call makes one call. The error is an *rpcError that the node reports, or a
// *Failure: no answer, an error of the server, or no answer of ours.
func (c caller) call(ctx context.Context, method string, params map[string]any, result any) error {
	var a answer
	if err := c.post(ctx, newRequest(1, method, params), &a, func() bool { return a.Error != nil }); err != nil {
		return err
	}
	return a.into(result)
}

// batch makes several calls of one method in one request and returns the answers
// in the order of the calls. The error is a *Failure that is all the calls'.
func (c caller) batch(ctx context.Context, method string, params []map[string]any) ([]answer, error) {
	requests := make([]request, len(params))
	for i, p := range params {
		requests[i] = newRequest(i+1, method, p)
	}
	var got []answer
	if err := c.post(ctx, requests, &got, func() bool { return false }); err != nil {
		return nil, err
	}
	answers := make([]answer, len(params))
	for _, a := range got {
		if a.ID > 0 && a.ID <= len(answers) {
			answers[a.ID-1] = a
		}
	}
	return answers, nil
}

// post sends one body and reads the answer into result. A server that answers an
// HTTP error is failing, unless the answer says more: told reports whether.
func (c caller) post(ctx context.Context, body, result any, told func() bool) error {
	r, err := c.http.R().SetContext(ctx).SetHeader("Content-Type", "application/json").SetBody(body).Post("/")
	switch {
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		return &Failure{Trouble: Garbled, Detail: "an answer too large"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Failure{Trouble: Unreachable, Detail: "the answer broke off"}
	case err != nil:
		return &Failure{Trouble: Unreachable, Detail: "no answer"}
	}
	malformed := json.Unmarshal(r.Body(), result) != nil
	switch {
	case !malformed && told():
		return nil
	case r.StatusCode() >= http.StatusInternalServerError:
		return &Failure{Trouble: Failing, Detail: "HTTP " + strconv.Itoa(r.StatusCode())}
	case malformed || r.StatusCode() != http.StatusOK:
		return &Failure{Trouble: Garbled, Detail: "not an answer to the call"}
	}
	return nil
}

// silent keeps resty's warnings off the standard error stream; failures are
// reported by the client.
type silent struct{}

// Errorf writes nothing.
func (silent) Errorf(string, ...any) {}

// Warnf writes nothing.
func (silent) Warnf(string, ...any) {}

// Debugf writes nothing.
func (silent) Debugf(string, ...any) {}
