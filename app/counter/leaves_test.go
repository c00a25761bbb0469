package counter_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/fxamacker/cbor/v2"
)

// leaves returns every text and every string of bytes in a transaction, and what
// stands encoded in those. Numbers are left out: the times in them are public.
func leaves(raw []byte) []string {
	var v any
	if cbor.Unmarshal(raw, &v) != nil {
		return []string{string(raw)}
	}
	return leavesOf(v)
}

func leavesOf(v any) (all []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []byte:
		if inner := leaves(v); len(inner) > 1 {
			return inner
		}
		return []string{string(v)}
	case []any:
		for _, one := range v {
			all = append(all, leavesOf(one)...)
		}
	case map[any]any:
		for k, one := range v {
			all = append(append(all, leavesOf(k)...), leavesOf(one)...)
		}
	case cbor.Tag:
		return leavesOf(v.Content)
	}
	return all
}

// telling returns the values that stand in several cases of one holder and in no
// case of another one: by such a value the holder's cases could be found together.
func telling(cases map[string][]string, holder map[string]string) (list []string) {
	in := map[string][]string{} // leaf → cases
	for id, all := range cases {
		for _, leaf := range slices.Compact(slices.Sorted(slices.Values(all))) {
			in[leaf] = append(in[leaf], id)
		}
	}
	for leaf, ids := range in {
		if len(ids) > 1 && !slices.ContainsFunc(ids, func(id string) bool { return holder[id] != holder[ids[0]] }) {
			list = append(list, fmt.Sprintf("%q in %d cases of %s", leaf, len(ids), holder[ids[0]]))
		}
	}
	return list
}

func TestWhatTellsThatTwoCasesAreOneHoldersIsFound(t *testing.T) {
	encode := func(v any) []byte {
		raw, err := cbor.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	tx := func(hall, random, pseudonym string) []string {
		return leaves(encode(cbor.Tag{Number: 18, Content: []any{encode(map[int]any{1: -8}), map[int]any{}, encode(map[int]any{1: hall, 2: []byte(random), 3: []byte(pseudonym)}), []byte(random + "signature")}}))
	}
	holder := map[string]string{"1": "a", "2": "a", "3": "b"}
	if found := telling(map[string][]string{"1": tx("h", "x1", "p1"), "2": tx("h", "x2", "p2"), "3": tx("h", "x3", "p3")}, holder); len(found) != 0 {
		t.Errorf("found %q", found)
	}
	if found := telling(map[string][]string{"1": tx("h", "x1", "same"), "2": tx("h", "x2", "same"), "3": tx("h", "x3", "p3")}, holder); len(found) != 1 {
		t.Errorf("found %q", found)
	}
}
