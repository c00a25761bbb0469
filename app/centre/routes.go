package centre

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/protocol"
)

func (c *Centre) getAbout(*http.Request, authorization.Caller) (int, any, error) {
	return http.StatusOK, c.about(), nil
}

func getOpenAPI(*http.Request, authorization.Caller) (int, any, error) {
	return http.StatusOK, json.RawMessage(openAPI), nil
}

func (c *Centre) postRedeem(r *http.Request, who authorization.Caller) (int, any, error) {
	var body protocol.Redeem
	if err := read(r, &body); err != nil {
		return 0, nil, err
	}
	if err := identified(body.Case, body.Clerk); err != nil {
		return 0, nil, err
	}
	grant, state, err := c.auth.Redeem(r.Context(), who, body)
	if state != nil {
		return http.StatusAccepted, state, err
	}
	return http.StatusOK, grant, err
}

func (c *Centre) postRequest(r *http.Request, who authorization.Caller) (int, any, error) {
	var body protocol.OpenRequest
	if err := read(r, &body); err != nil {
		return 0, nil, err
	}
	if err := identified(body.Case, body.Clerk); err != nil {
		return 0, nil, err
	}
	request, err := c.auth.OpenRequest(r.Context(), who, body)
	return http.StatusCreated, request, err
}

func (c *Centre) getRequest(r *http.Request, who authorization.Caller) (int, any, error) {
	after := protocol.RequestStatus(r.URL.Query().Get("after"))
	state, err := c.auth.Follow(r.Context(), who, r.PathValue("id"), after, waitOf(r))
	return http.StatusOK, state, err
}

func (c *Centre) deleteRequest(r *http.Request, who authorization.Caller) (int, any, error) {
	return http.StatusNoContent, nil, c.auth.Withdraw(r.Context(), who, r.PathValue("id"))
}

// postRetrieve lends the grant first: the repository is asked only for what the
// citizen's grant names, and never after it was revoked. The citizen's record of
// the answer is on disk before the answer leaves.
func (c *Centre) postRetrieve(r *http.Request, who authorization.Caller) (int, any, error) {
	var body protocol.Retrieve
	if err := read(r, &body); err != nil {
		return 0, nil, err
	}
	grant, of, err := c.auth.UseGrant(r.Context(), who, casework.GrantID(r.PathValue("id")), body)
	if err != nil {
		return 0, nil, err
	}
	licences, err := c.retrieve(r.Context(), of, grant.Needs)
	if err = c.auth.HandOut(r.Context(), who, grant.ID, err); err != nil {
		return 0, nil, err
	}
	return http.StatusOK, protocol.RetrievedLicences{Licences: licences}, nil
}

// retrieve asks the repository for the holder's own licences, or for those of the
// entity that the holder acts for.
func (c *Centre) retrieve(ctx context.Context, of authorization.Party, needs []casework.LicenceNeed) ([]protocol.RetrievedLicence, error) {
	if of.Acting != nil {
		return c.repository.RetrieveFor(ctx, of.Holder, of.Entity, of.Acting.Role, needs)
	}
	return c.repository.Retrieve(ctx, of.Holder, needs)
}

func (c *Centre) getRevocations(r *http.Request, who authorization.Caller) (int, any, error) {
	after, err := strconv.Atoi(r.URL.Query().Get("after"))
	if err != nil || after < 0 {
		return 0, nil, casework.Refuse(casework.Malformed, "after is a number from 0")
	}
	list, err := c.auth.Revocations(r.Context(), who, after, waitOf(r))
	return http.StatusOK, list, err
}

func (c *Centre) putWiped(r *http.Request, who authorization.Caller) (int, any, error) {
	return http.StatusNoContent, nil, c.auth.Wiped(r.Context(), who, casework.GrantID(r.PathValue("id")))
}

func (c *Centre) putEvidence(r *http.Request, who authorization.Caller) (int, any, error) {
	if err := identified(casework.CaseID(r.PathValue("case")), "-"); err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, c.evidence.Put(who.Hall, who.Counter, casework.CaseID(r.PathValue("case")), r.PathValue("name"), r.Body)
}

// identified refuses a case id or a clerk's pseudonym that is none.
func identified(kase casework.CaseID, clerk casework.Pseudonym) error {
	const hex = 32
	for _, r := range kase {
		if !('0' <= r && r <= '9' || 'a' <= r && r <= 'f') {
			return casework.Refuse(casework.Malformed, "the case id is not 32 hex digits")
		}
	}
	if len(kase) != hex || clerk == "" || len(clerk) > 64 {
		return casework.Refuse(casework.Malformed, "the case or the clerk is not named")
	}
	return nil
}
