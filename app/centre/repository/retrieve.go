package repository

import (
	"context"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Retrieve returns, in the order of needs, the licences of holder with exactly
// the named fields open. It is all or nothing: LicenceNotHeld where a kind is
// not held, LicenceSuspended and LicenceExpired where it does not stand today,
// FieldNotDisclosed where the licence has no such field. A field that is a
// question is answered with a yes or a no, and what it is about stays shut.
func (r *Repository) Retrieve(ctx context.Context, holder string, needs []casework.LicenceNeed) ([]protocol.RetrievedLicence, error) {
	return r.retrieve(ctx, needs, func(c *content, _ casework.KindInfo) []heldLicence { return c.held[holder] })
}

// RetrieveFor is Retrieve for a holder who acts for an entity: kinds that entities
// hold are the entity's, all others the holder's own. It refuses with RoleEnded
// where the holder does not act for the entity in this role now.
func (r *Repository) RetrieveFor(ctx context.Context, holder, entity string, role casework.Role, needs []casework.LicenceNeed) ([]protocol.RetrievedLicence, error) {
	acting, err := r.Acts(holder, entity)
	if err != nil {
		return nil, err
	}
	if acting.Role != role {
		return nil, casework.Refuse(casework.RoleEnded, "the role is another one now")
	}
	return r.retrieve(ctx, needs, func(c *content, info casework.KindInfo) []heldLicence {
		if info.Entity {
			return c.held[entity]
		}
		return c.held[holder]
	})
}

func (r *Repository) retrieve(ctx context.Context, needs []casework.LicenceNeed, of func(*content, casework.KindInfo) []heldLicence) ([]protocol.RetrievedLicence, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := r.current()
	out := make([]protocol.RetrievedLicence, 0, len(needs))
	for _, n := range needs {
		info, _ := r.o.Kinds(n.Kind)
		held := of(c, info)
		i := slices.IndexFunc(held, func(h heldLicence) bool { return h.licence.Kind == n.Kind })
		if i < 0 {
			return nil, casework.Refuse(casework.LicenceNotHeld, string(n.Kind))
		}
		p, err := r.present(held[i], info, n)
		if err != nil {
			return nil, err
		}
		raw, err := protocol.Marshal(p)
		if err != nil {
			return nil, err
		}
		out = append(out, protocol.RetrievedLicence{Kind: n.Kind, Presented: raw})
	}
	return out, nil
}

func (r *Repository) present(h heldLicence, info casework.KindInfo, n casework.LicenceNeed) (protocol.Presented, error) {
	if err := h.licence.Standing(r.o.Now()); err != nil {
		return protocol.Presented{}, err
	}
	for _, f := range n.Fields {
		asked, _ := info.Find(f)
		if _, ok := h.licence.Value(f); !ok && asked.Question == nil {
			return protocol.Presented{}, casework.Refuse(casework.FieldNotDisclosed, string(n.Kind))
		}
	}
	p := h.full.Disclose(n.Fields)
	var err error
	p.Answers, err = protocol.AnswerQuestions(h.issuer, h.full, info, n.Fields, r.o.Now())
	return p, err
}
