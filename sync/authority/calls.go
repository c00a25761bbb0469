package authority

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// About asks the centre who it is.
func (c *Client) About(ctx context.Context) (protocol.About, error) {
	var b aboutBody
	_, err := c.do(ctx, call{method: http.MethodGet, path: protocol.PathAbout, good: []int{http.StatusOK}}, into(&b))
	return clean(b.About, err)
}

// Redeem asks for the grant behind a code. The state is there instead when the
// citizen is asked to tap: follow it. The same again, after a failure, gets the
// same answer.
func (c *Client) Redeem(ctx context.Context, r protocol.Redeem) (casework.Grant, *protocol.RequestState, error) {
	var g grantBody
	var s stateBody
	status, err := c.do(ctx, call{method: http.MethodPost, path: protocol.PathRedeem, body: r, good: []int{http.StatusOK, http.StatusAccepted}},
		func(status int) checked {
			if status == http.StatusAccepted {
				return &s
			}
			return &g
		})
	switch {
	case err != nil:
		return casework.Grant{}, nil, err
	case status == http.StatusAccepted:
		return casework.Grant{}, &s.RequestState, nil
	}
	return g.Grant, nil, nil
}

// OpenRequest opens a QR request.
func (c *Client) OpenRequest(ctx context.Context, r protocol.OpenRequest) (protocol.Request, error) {
	var b requestBody
	_, err := c.do(ctx, call{method: http.MethodPost, path: protocol.PathRequests, body: r, good: []int{http.StatusCreated}}, into(&b))
	return clean(b.Request, err)
}

// Follow waits until the request's state is no longer after, or returns the
// same state after protocol.MaxWait seconds.
func (c *Client) Follow(ctx context.Context, id string, after protocol.RequestStatus) (protocol.RequestState, error) {
	var b stateBody
	k := call{method: http.MethodGet, path: protocol.PathRequest, id: map[string]string{"id": id}, good: []int{http.StatusOK}}
	_, err := c.do(ctx, k.waiting(string(after)), into(&b))
	return clean(b.RequestState, err)
}

// Withdraw ends a request that nobody has answered.
func (c *Client) Withdraw(ctx context.Context, id string) error {
	_, err := c.do(ctx, call{method: http.MethodDelete, path: protocol.PathRequest, id: map[string]string{"id": id}, good: []int{http.StatusNoContent}}, nothing)
	return err
}

// Retrieve returns, per licence, the CBOR of a protocol.Presented.
func (c *Client) Retrieve(ctx context.Context, grant casework.GrantID, r protocol.Retrieve) ([]protocol.RetrievedLicence, error) {
	var b licencesBody
	_, err := c.do(ctx, call{method: http.MethodPost, path: protocol.PathRetrieve, id: map[string]string{"id": string(grant)}, body: r,
		good: []int{http.StatusOK}}, into(&b))
	return clean(b.Licences, err)
}

// Revocations waits for grants of this counter that were revoked after the
// given place, 0 at first; it returns none after protocol.MaxWait seconds.
func (c *Client) Revocations(ctx context.Context, after int) (protocol.Revocations, error) {
	b := revocationsBody{}
	k := call{method: http.MethodGet, path: protocol.PathRevocations, good: []int{http.StatusOK}}
	_, err := c.do(ctx, k.waiting(strconv.Itoa(after)), into(&b))
	return clean(b.Revocations, err)
}

// Wiped tells the centre that what this counter held of a revoked grant is wiped.
// The same again is harmless.
func (c *Client) Wiped(ctx context.Context, grant casework.GrantID) error {
	_, err := c.do(ctx, call{method: http.MethodPut, path: protocol.PathWiped, id: map[string]string{"id": string(grant)}, good: []int{http.StatusNoContent}}, nothing)
	return err
}

// PutEvidence stores a sealed copy. One that is kept under this name already
// stands, also when its bytes differ: sealing is not repeatable, so the copy
// that is sent again after a lost answer is never the same.
func (c *Client) PutEvidence(ctx context.Context, kase casework.CaseID, name string, sealed []byte) error {
	_, err := c.do(ctx, call{method: http.MethodPut, path: protocol.PathEvidence, id: map[string]string{"case": string(kase), "name": name},
		body: sealed, wait: evidenceTime, good: []int{http.StatusNoContent}}, nothing)
	if casework.KindOf(err) == casework.AlreadyDone {
		return nil
	}
	return err
}

// evidenceTime is what a large copy may take on top of a call's usual time.
const evidenceTime = 90 * time.Second

// waiting makes a poll of the call.
func (k call) waiting(after string) call {
	k.query = map[string]string{"after": after, "wait": strconv.Itoa(protocol.MaxWait)}
	k.wait = protocol.MaxWait * time.Second
	return k
}

func into(b checked) func(int) checked { return func(int) checked { return b } }

// clean drops what was read of an answer that is none: the desk never sees half
// of one.
func clean[T any](answer T, err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return answer, nil
}

func nothing(int) checked { return nil }
