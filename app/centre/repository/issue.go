package repository

import (
	"crypto"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// issueAll signs those of the licences that the catalogue describes. value gives
// what a field has that the record does not spell out.
func (reg register) issueAll(records []record, value func(r record, field string) string, kinds func(casework.LicenceKind) (casework.KindInfo, bool),
	keys map[string]crypto.Signer, now time.Time) ([]heldLicence, error) {
	var list []heldLicence
	for _, r := range records {
		info, ok := kinds(r.Kind)
		if !ok {
			continue
		}
		if r.Yearly {
			r.Until.Time = anniversary(r.Issued.Time, now)
		}
		l := reg.licence(r, value, info)
		full, err := protocol.IssueLicence(keys[r.Issuer], l)
		if err != nil {
			return nil, err
		}
		if r.Broken == faultSignature { // the signature is the last item of a COSE_Sign1
			full.Signed[len(full.Signed)-1] ^= 1
		}
		list = append(list, heldLicence{licence: l, full: full, issuer: keys[r.Issuer]})
	}
	return list, nil
}

func (reg register) licence(r record, value func(record, string) string, info casework.KindInfo) casework.Licence {
	l := casework.Licence{Kind: r.Kind, Identifier: reg.identifier(info.TypeCode, r), Issuer: r.Issuer,
		Issued: r.Issued.Time, Until: r.Until.Time, Status: r.Status}
	if l.Status == "" {
		l.Status = casework.InForce
	}
	for _, f := range info.Fields {
		if v := value(r, string(f.Field)); v != "" && f.Question == nil {
			l.Fields = append(l.Fields, casework.FieldValue{Field: f.Field, Value: v})
		}
	}
	return l
}

// value returns a field of an entity's licence as it prints it; "" where it has
// none.
func (e entity) value(r record, field string) string {
	if v, ok := r.Fields[field]; ok {
		return v
	}
	if field == "name" {
		return e.Name
	}
	return recordValue(r, field)
}

// value returns a field of a person's licence as it prints it; "" where it has
// none.
func (reg register) value(p person, r record, field string) string {
	if v, ok := r.Fields[field]; ok {
		return v
	}
	spouse := reg.person(p.Spouse)
	switch field {
	case "name", "holder_name":
		return p.Name
	case "sex", "holder_sex":
		return p.Sex
	case "ethnicity":
		return p.Ethnicity
	case "birth_date", "holder_birth_date":
		return p.Born.Format("2006年1月2日")
	case "id_number", "holder_id_number", "licence_number":
		return p.number()
	case "address", "permanent_address", "residence_address":
		return p.Address
	case "portrait":
		return p.portrait
	case "nationality", "holder_nationality", "spouse_nationality":
		return "中国"
	case "spouse_name":
		return spouse.Name
	case "spouse_sex":
		return spouse.Sex
	case "spouse_birth_date":
		return spouse.Born.Format("2006年1月2日")
	case "spouse_id_number":
		return spouse.number()
	}
	return recordValue(r, field)
}

// recordValue returns a field that follows from the licence alone.
func recordValue(r record, field string) string {
	switch field {
	case "issuer", "registrar":
		return r.Issuer
	case "issue_date", "registration_date", "first_issue_date", "established":
		return r.Issued.Format("2006年1月2日")
	case "endorsed_until":
		return r.Until.Format("2006年1月2日")
	case "valid_period":
		if r.Until.IsZero() {
			return r.Issued.Format("2006.01.02") + "-长期"
		}
		return r.Issued.Format("2006.01.02") + "-" + r.Until.Format("2006.01.02")
	case "credit_code":
		return creditCode(r.Credit)
	}
	return ""
}

// anniversary returns the next day, after now, of the same date as first: a
// licence endorsed yearly would otherwise lapse with the file.
func anniversary(first, now time.Time) time.Time {
	d := first.AddDate(now.Year()-first.Year(), 0, 0)
	if !d.After(now) {
		d = d.AddDate(1, 0, 0)
	}
	return d
}
