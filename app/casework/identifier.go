package casework

import (
	"strings"
	"time"
)

// CheckCitizenNumber reports whether s is a well-formed 公民身份号码
// (GB 11643-1999): 18 characters, a real birth date, and the MOD 11-2 check.
func CheckCitizenNumber(s string) bool {
	if len(s) != 18 {
		return false
	}
	if _, err := time.Parse("20060102", s[6:14]); err != nil {
		return false
	}
	c, ok := CitizenNumberCheck(s[:17])
	return ok && c == s[17]
}

// CitizenNumberCheck returns the check character for the first 17 digits.
func CitizenNumberCheck(s string) (byte, bool) {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	if len(s) != len(weights) {
		return 0, false
	}
	sum := 0
	for i, w := range weights {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		sum += int(s[i]-'0') * w
	}
	return "10X98765432"[sum%11], true
}

const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CheckCreditCode reports whether s is a well-formed 统一社会信用代码
// (GB 32100-2015). Codes that fail are seen in use: warn, do not drop.
func CheckCreditCode(s string) bool {
	if len(s) != 18 {
		return false
	}
	c, ok := CreditCodeCheck(s[:17])
	return ok && c == s[17]
}

// CreditCodeCheck returns the check character for the first 17 characters.
func CreditCodeCheck(s string) (byte, bool) {
	if len(s) != 17 {
		return 0, false
	}
	sum, weight := 0, 1
	for i := range len(s) {
		v := strings.IndexByte(creditAlphabet, s[i])
		if v < 0 {
			return 0, false
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return creditAlphabet[(31-sum%31)%31], true
}

// IdentifierRoot starts every 电子证照标识 (GB/T 36904-2018).
const IdentifierRoot = "1.2.156.3005.2."

// CheckLicenceIdentifier reports whether s is a well-formed 电子证照标识:
// root, type code (21), issuer, serial, version (3 digits), check character.
// The rule was confirmed on values in use, not on the standard's text.
func CheckLicenceIdentifier(s string) bool {
	rest, ok := strings.CutPrefix(s, IdentifierRoot)
	if !ok {
		return false
	}
	parts := strings.Split(rest, ".")
	if len(parts) != 5 || len(parts[0]) != 21 || len(parts[3]) != 3 || len(parts[4]) != 1 {
		return false
	}
	c, ok := LicenceIdentifierCheck(strings.Join(parts[:4], ""))
	return ok && c == parts[4][0]
}

// LicenceIdentifierCheck returns the ISO 7064 MOD 37,36 check character over
// type code, issuer, serial and version without dots and root.
func LicenceIdentifierCheck(s string) (byte, bool) {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	p := 36
	for i := range len(s) {
		v := strings.IndexByte(alphabet, s[i])
		if v < 0 {
			return 0, false
		}
		p += v
		if p > 36 {
			p -= 36
		}
		p = p * 2 % 37
	}
	return alphabet[(37-p)%36], len(s) > 0
}
