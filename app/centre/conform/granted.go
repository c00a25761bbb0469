package conform

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// granted are the rules that need a citizen: a code, what it opens, and the end.
func granted() []rule {
	return []rule{
		{"revocations are told from the first on, and from nowhere else", revocations},
		{"a code opens nothing for another item", otherItem},
		{"a code opens a grant for its item in this hall, and for the fields that the item names", redeemed},
		{"a code for the same case again gives the same grant", withGrant(func(ctx context.Context, v *visit) error {
			var g casework.Grant
			if err := v.good(ctx, v.redeem(v.code, v.o.Item.Code, v.kase), http.StatusOK, &g); err != nil {
				return err
			}
			if g.ID != v.grant.ID {
				return wrongly("it gave another one")
			}
			return nil
		})},
		{"a code is used once", withGrant(func(ctx context.Context, v *visit) error {
			return v.refused(ctx, v.redeem(v.code, v.o.Item.Code, v.asked), casework.CodeUsed)
		})},
		{"a grant retrieves nothing for another item or another case", withGrant(func(ctx context.Context, v *visit) error {
			if err := v.refused(ctx, v.retrieve(v.grant.ID, v.o.Other, v.kase), casework.WrongItem); err != nil {
				return err
			}
			return v.refused(ctx, v.retrieve(v.grant.ID, v.o.Item.Code, v.asked), casework.GrantUsed)
		})},
		{"licences come with their issuers' signatures and the named fields only", withGrant(licences)},
		{"the same case gets them again", withGrant(licences)},
		{"nothing is taken as wiped that was not unbound", withGrant(func(ctx context.Context, v *visit) error {
			return v.refused(ctx, v.wiped(v.grant.ID), casework.GrantUnknown)
		})},
		{"what the citizen unbinds is told to the counter and retrieves nothing", withGrant(unbound)},
		{"that it was wiped is taken, and again", withGrant(wiped)},
	}
}

func withGrant(try func(context.Context, *visit) error) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		if v.grant == nil {
			return notTried("no grant was given")
		}
		return try(ctx, v)
	}
}

func (v *visit) revoked(ctx context.Context, after, wait int) (protocol.Revocations, error) {
	var r protocol.Revocations
	err := v.good(ctx, call{method: http.MethodGet, path: protocol.PathRevocations + "?after=" + strconv.Itoa(after) + "&wait=" + strconv.Itoa(wait)}, http.StatusOK, &r)
	return r, err
}

func revocations(ctx context.Context, v *visit) error {
	r, err := v.revoked(ctx, 0, 0)
	if err != nil {
		return err
	}
	if r.Next < len(r.Revoked) {
		return wrongly("the next place lies before the end")
	}
	v.end = r.Next
	for _, after := range []string{"-1", "first", ""} {
		if err := v.refused(ctx, call{method: http.MethodGet, path: protocol.PathRevocations + "?after=" + after}, casework.Malformed); err != nil {
			return err
		}
	}
	return nil
}

func otherItem(ctx context.Context, v *visit) (err error) {
	if v.o.Code == nil {
		return notTried("it needs a citizen's code")
	}
	if v.code, err = v.o.Code(ctx); err != nil {
		return notTried("no code was given")
	}
	return v.refused(ctx, v.redeem(v.code, v.o.Other, v.kase), casework.CodeUnknown, casework.WrongItem)
}

func redeemed(ctx context.Context, v *visit) error {
	if v.code == "" {
		return notTried("it needs a citizen's code")
	}
	a, err := v.do(ctx, v.redeem(v.code, v.o.Item.Code, v.kase))
	if err != nil {
		return err
	}
	if a.status == http.StatusAccepted {
		return notTried("the citizen is asked to tap: make a code for this hall and item, at a counter without wrong tries")
	}
	var g casework.Grant
	if a.status != http.StatusOK || json.Unmarshal(a.body, &g) != nil {
		return wrongly("%s", instead(a))
	}
	now := time.Now()
	needs, missing := casework.Consented(v.o.Item.Needs, nil) // a code says nothing of single fields
	switch {
	case missing != nil:
		return wrongly("the item asks for a sensitive field, and no tap was asked for it")
	case g.Item != v.o.Item.Code || g.Hall != v.o.Hall:
		return wrongly("it is for another item or hall")
	case g.Method != casework.ByCode || len(g.ID) != 32 || g.Holder == "" || g.Salt == casework.Salt{}:
		return wrongly("its id, method, holder or salt is missing")
	case now.Before(g.From.Add(-clockLimit)) || !now.Before(g.Until):
		return wrongly("it is not in force")
	case !slices.EqualFunc(sorted(g.Needs), sorted(needs), same):
		return wrongly("it is for other licences or fields than the item names, or for a sensitive one")
	case casework.ForEntity(g.Needs, v.o.Kind) != (g.Acting != nil):
		return wrongly("it does not say who acts for the entity whose licence it names, or says so where none is named")
	case g.Acting != nil && (!g.Acting.Role.ForEntity() || g.Acting.Check() != nil):
		return wrongly("role, name or entity of who acts is missing")
	}
	v.grant = &g
	return nil
}

func sorted(needs []casework.LicenceNeed) []casework.LicenceNeed {
	return slices.SortedFunc(slices.Values(needs), func(a, b casework.LicenceNeed) int {
		return slices.Compare([]casework.LicenceKind{a.Kind}, []casework.LicenceKind{b.Kind})
	})
}

func same(a, b casework.LicenceNeed) bool {
	return a.Kind == b.Kind && slices.Equal(slices.Sorted(slices.Values(a.Fields)), slices.Sorted(slices.Values(b.Fields)))
}

func licences(ctx context.Context, v *visit) error {
	var got protocol.RetrievedLicences
	if err := v.good(ctx, v.retrieve(v.grant.ID, v.o.Item.Code, v.kase), http.StatusOK, &got); err != nil {
		return err
	}
	if len(got.Licences) != len(v.grant.Needs) {
		return wrongly("%d licences for %d kinds", len(got.Licences), len(v.grant.Needs))
	}
	for _, need := range v.grant.Needs {
		at := slices.IndexFunc(got.Licences, func(l protocol.RetrievedLicence) bool { return l.Kind == need.Kind })
		if at < 0 {
			return wrongly("the licence %s is missing", need.Kind)
		}
		if err := v.licence(need, got.Licences[at].Presented); err != nil {
			return err
		}
	}
	return nil
}

func (v *visit) licence(need casework.LicenceNeed, presented []byte) error {
	info, ok := v.o.Kind(need.Kind)
	if !ok {
		return wrongly("the licence %s is of a kind that the catalogue does not have", need.Kind)
	}
	l, err := protocol.OpenLicence(presented, info, v.o.Issuer)
	if err != nil {
		return wrongly("the licence %s: %s", need.Kind, casework.KindOf(err))
	}
	if len(l.Fields) == 0 {
		return wrongly("the licence %s discloses nothing", need.Kind)
	}
	for _, f := range l.Fields { // one that the licence does not have may be missing
		if !slices.Contains(need.Fields, f.Field) {
			return wrongly("the licence %s discloses a field that the item does not name", need.Kind)
		}
	}
	return nil
}

func unbound(ctx context.Context, v *visit) error {
	if v.o.Unbind == nil {
		return notTried("it needs the citizen")
	}
	if err := v.o.Unbind(ctx); err != nil {
		return notTried("nobody unbound it")
	}
	r, err := v.revoked(ctx, v.end, protocol.MaxWait)
	if err != nil {
		return err
	}
	if !slices.Contains(r.Revoked, v.grant.ID) {
		return wrongly("the counter was not told")
	}
	return v.refused(ctx, v.retrieve(v.grant.ID, v.o.Item.Code, v.kase), casework.GrantWithdrawn)
}

func (v *visit) wiped(id casework.GrantID) call {
	return call{method: http.MethodPut, path: strings.Replace(protocol.PathWiped, "{id}", string(id), 1)}
}

func wiped(ctx context.Context, v *visit) error {
	if v.o.Unbind == nil {
		return notTried("it needs the citizen")
	}
	if r, err := v.revoked(ctx, v.end, 0); err != nil || !slices.Contains(r.Revoked, v.grant.ID) {
		return notTried("nothing was unbound")
	}
	for range 2 {
		if err := v.good(ctx, v.wiped(v.grant.ID), http.StatusNoContent, nil); err != nil {
			return err
		}
	}
	return v.refused(ctx, v.wiped(casework.GrantID(protocol.NewID())), casework.GrantUnknown)
}
