package casework_test

import (
	"testing"

	"counterfoil/app/casework"
)

func TestPublishedIdentifiersPassTheirChecks(t *testing.T) {
	for _, s := range []string{"11010519491231002X", "440524188001010014", "34052419800101001X"} {
		if !casework.CheckCitizenNumber(s) {
			t.Errorf("citizen number %s is refused", s)
		}
	}
	for _, s := range []string{"91350100M000100Y43", "11100000000013338W"} {
		if !casework.CheckCreditCode(s) {
			t.Errorf("credit code %s is refused", s)
		}
	}
	for _, s := range []string{
		"1.2.156.3005.2.11100000000013338W087.11370800MB28559184.37080001202411010001.001.3",
		"1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
		"1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
	} {
		if !casework.CheckLicenceIdentifier(s) {
			t.Errorf("identifier %s is refused", s)
		}
	}
}

func TestAWrongCheckCharacterIsNoticed(t *testing.T) {
	for _, s := range []string{"110105194912310021", "11010519491331002X", "1101051949123100X", ""} {
		if casework.CheckCitizenNumber(s) {
			t.Errorf("citizen number %q passes", s)
		}
	}
	if casework.CheckCreditCode("91350100M000100Y4Z") {
		t.Error("credit code 91350100M000100Y4Z passes")
	}
	if casework.CheckLicenceIdentifier("1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.E") {
		t.Error("an identifier with a wrong check character passes")
	}
}
