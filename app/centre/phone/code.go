package phone

import (
	"net/http"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func (h *handler) liveCode(r *http.Request, holder string) (any, error) {
	made, ok, err := h.Authorization.LiveCode(r.Context(), holder)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, casework.Refuse(casework.CodeUnknown, "no live code")
	}
	return made, nil
}

func (h *handler) makeCode(r *http.Request, holder string) (any, error) {
	var in protocol.MakeCode
	if err := read(r, &in); err != nil {
		return nil, err
	}
	if err := h.Identity.CheckPassword(r.Context(), holder, in.PIN); err != nil {
		return nil, err
	}
	slices.Sort(in.Kinds)
	in.Kinds = slices.Compact(in.Kinds)
	who, err := h.party(holder, in.Entity)
	if err != nil {
		return nil, err
	}
	for _, k := range in.Kinds {
		if !h.holds(who, k) {
			return nil, casework.Refuse(casework.LicenceNotHeld, "")
		}
	}
	if _, ok := h.Catalogue.Hall(in.Hall); !ok && in.Hall != "" {
		return nil, casework.Refuse(casework.WrongHall, "no such hall")
	}
	return h.Authorization.MakeCode(r.Context(), who, in.Kinds, in.Hall, in.Item)
}

func (h *handler) endCode(r *http.Request, holder string) (any, error) {
	return nil, h.Authorization.EndCode(r.Context(), holder)
}
