package protocol_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

const issuerName = "虚构签发机关"

func issuers(name string) (protocol.PublicKey, bool) {
	return publicOf(testKey("issuer")), name == issuerName
}

func idCard() casework.Licence {
	const body = "11100000000013127D001" + "11370800MB28559184" + "0001" + "001"
	check, _ := casework.LicenceIdentifierCheck(body)
	return casework.Licence{Kind: "id-card", Identifier: casework.IdentifierRoot + "11100000000013127D001.11370800MB28559184.0001.001." + string(check), Issuer: issuerName,
		Issued: time.Unix(1600000000, 0).UTC(), Until: time.Unix(1900000000, 0).UTC(), Status: casework.InForce,
		Fields: []casework.FieldValue{{Field: "name", Value: "演练一"}, {Field: "sex", Value: "女"}, {Field: "address", Value: "虚构路1号"}}}
}

func TestOnlyWhatIsDisclosedIsSeenAndAllOfItIsProved(t *testing.T) {
	info := casework.KindInfo{Kind: "id-card", TypeCode: "11100000000013127D001"}
	p, err := protocol.IssueLicence(testKey("issuer"), idCard())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := protocol.Marshal(p.Disclose([]casework.FieldID{"name", "address"}))
	if err != nil {
		t.Fatal(err)
	}
	l, err := protocol.OpenLicence(raw, info, issuers)
	if err != nil {
		t.Fatal(err)
	}
	if _, seen := l.Value("sex"); seen || len(l.Fields) != 2 || !l.Until.Equal(idCard().Until) || l.Identifier != idCard().Identifier || !slices.Equal(l.Original, raw) {
		t.Errorf("opened as %+v", l)
	}
	if v, _ := l.Value("name"); v != "演练一" {
		t.Errorf("the name is %q", v)
	}
	if l, err := protocol.OpenLicence(raw, casework.KindInfo{Kind: "business-licence"}, issuers); casework.KindOf(err) != casework.WrongKind || l.Fields != nil {
		t.Error("a licence of another kind:", err)
	}
	unknown := func(string) (protocol.PublicKey, bool) { return protocol.PublicKey{}, false }
	if l, err := protocol.OpenLicence(raw, info, unknown); casework.KindOf(err) != casework.IssuerUnknown || l.Fields != nil {
		t.Error("a licence of nobody:", err)
	}
	other := func(string) (protocol.PublicKey, bool) { return publicOf(testKey("other")), true }
	if l, err := protocol.OpenLicence(raw, info, other); casework.KindOf(err) != casework.IssuerSignature || l.Fields != nil {
		t.Error("a licence of another issuer:", err)
	}
}

func TestAnIdentifierIsCheckedWhereItsTypeCodeIsKnown(t *testing.T) {
	l := idCard()
	l.Identifier = l.Identifier[:len(l.Identifier)-1] + "?"
	p, err := protocol.IssueLicence(testKey("issuer"), l)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := protocol.Marshal(p)
	for typeCode, want := range map[string]casework.RefusalKind{"11100000000013127D001": casework.IdentifierCheck, "": ""} {
		got, err := protocol.OpenLicence(raw, casework.KindInfo{Kind: "id-card", TypeCode: typeCode}, issuers)
		if casework.KindOf(err) != want || (err != nil && got.Fields != nil) {
			t.Errorf("type code %q: want %q, got %v", typeCode, want, err)
		}
	}
}

func TestAChangedByteOfALicenceIsNoticed(t *testing.T) {
	info := casework.KindInfo{Kind: "id-card"}
	p, err := protocol.IssueLicence(testKey("issuer"), idCard())
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := protocol.Marshal(p)
	rapid.Check(t, func(t *rapid.T) {
		changed := slices.Clone(raw)
		changed[rapid.IntRange(0, len(raw)-1).Draw(t, "place")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if l, err := protocol.OpenLicence(changed, info, issuers); err == nil {
			t.Fatalf("opens as %+v", l)
		} else if l.Fields != nil {
			t.Fatal("a failed check shows data")
		}
	})
}
