package phone

import (
	"net/http"
	"strconv"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/protocol"
)

// linked is an answer that names where its next page is.
type linked struct {
	body any
	next string // path; empty: there is none
}

func (h *handler) records(r *http.Request, holder string) (any, error) {
	before := int64(0)
	if q := r.URL.Query().Get("before"); q != "" {
		var err error
		if before, err = strconv.ParseInt(q, 10, 64); err != nil || before < 1 {
			return nil, casework.Refuse(casework.Malformed, "before is a place from 1")
		}
	}
	found, next, err := h.Authorization.RecordsBefore(r.Context(), holder, before)
	if err != nil {
		return nil, err
	}
	answer := linked{body: h.useRecords(found)}
	if next > 0 {
		answer.next = protocol.PathPhoneRecords + "?before=" + strconv.FormatInt(next, 10)
	}
	return answer, nil
}

func (h *handler) useRecords(found []authorization.Record) []protocol.UseRecord {
	list := make([]protocol.UseRecord, 0, len(found))
	for _, one := range found {
		list = append(list, h.useRecord(one))
	}
	return list
}

// useRecord puts a record into words.
func (h *handler) useRecord(one authorization.Record) protocol.UseRecord {
	item, _ := h.Catalogue.Item(one.Item)
	u := protocol.UseRecord{N: one.N, Grant: one.Grant, Time: one.Time, What: string(one.What), HallID: one.Hall, Counter: string(one.Counter),
		Item: item.Name, ItemEN: item.NameEN, KindIDs: one.Kinds, Kinds: []string{}, KindsEN: []string{}, Reason: one.Reason, Method: one.Method,
		Until: one.Until, State: string(one.State), Live: one.Live, Revoked: one.Revoked, Wiped: one.Wiped, Height: one.Height, Unknown: one.Unknown, Acting: one.Acting}
	u.Hall, u.HallEN = h.hall(one.Hall)
	if !one.Entry.IsZero() {
		u.Entry = one.Entry.String()
	}
	for _, k := range one.Kinds {
		info, _ := h.Catalogue.Kind(k)
		u.Kinds, u.KindsEN = append(u.Kinds, info.Name), append(u.KindsEN, info.NameEN)
	}
	for _, n := range one.Needs {
		n.Own = nil // what was agreed to by itself is a field like the others by now
		u.Licences = append(u.Licences, h.needs([]casework.LicenceNeed{n})...)
	}
	for _, l := range one.Left {
		info, _ := h.Catalogue.Kind(l.Kind)
		field := fieldOf(info, l.Field)
		u.Left, u.LeftEN = append(u.Left, info.Name+"·"+field.Name), append(u.LeftEN, info.NameEN+": "+field.NameEN)
	}
	if r := one.Report; r != nil {
		u.Report = &protocol.UseReport{ID: r.ID, Time: r.Time, Reason: protocol.OddReason(r.Reason), Words: r.Words, Answer: r.Answer, Answered: r.Answered}
	}
	return u
}

func (h *handler) revoke(r *http.Request, holder string) (any, error) {
	return nil, h.Authorization.Revoke(r.Context(), holder, casework.GrantID(r.PathValue("id")))
}

func (h *handler) reportOdd(r *http.Request, holder string) (any, error) {
	var in protocol.ReportOdd
	if err := read(r, &in); err != nil {
		return nil, err
	}
	return nil, h.Authorization.ReportOdd(r.Context(), holder, in)
}
