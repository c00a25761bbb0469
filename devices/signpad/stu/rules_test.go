package stu_test

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"counterfoil/devices/signpad/stu"
)

// clause is one KEY=="value", KEY+="value" or KEY="value" of a udev rule.
var clause = regexp.MustCompile(`^([A-Z_]+(?:\{[A-Za-z_]+\})?)(==|\+=|=)"([^"]*)"$`)

// udevRules reads the rules of a file as maps from key and operator to value.
func udevRules(t *testing.T, name string) []map[string]string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var rules []map[string]string
	for _, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		rule := map[string]string{}
		for _, part := range strings.Split(line, ",") {
			m := clause.FindStringSubmatch(strings.TrimSpace(part))
			if m == nil {
				t.Fatalf("not a clause: %q", part)
			}
			rule[m[1]+m[2]] = m[3]
		}
		rules = append(rules, rule)
	}
	return rules
}

func TestTheUdevRulesNameThePadsThatTheDriverTakesAndNoOther(t *testing.T) {
	for subsystem, ids := range map[string]string{"usb": "ATTR", "hidraw": "ATTRS"} {
		var products []uint16
		for _, r := range udevRules(t, "../../../packaging/60-counterfoil.rules") {
			if r["SUBSYSTEM=="] != subsystem {
				continue
			}
			vendor, _ := strconv.ParseUint(r[ids+"{idVendor}=="], 16, 16)
			product, err := strconv.ParseUint(r[ids+"{idProduct}=="], 16, 16)
			if vendor != stu.Vendor || err != nil || r["TAG+="] != "uaccess" || len(r) != 4 {
				t.Errorf("%s: %v", subsystem, r)
			}
			products = append(products, uint16(product))
		}
		slices.Sort(products)
		if want := stu.Products(); !slices.Equal(products, want) {
			t.Errorf("%s: the rules name %04x, the driver takes %04x", subsystem, products, want)
		}
	}
}
