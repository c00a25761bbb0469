package centre

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"counterfoil/app/protocol"
)

func TestTheDescriptionNamesEveryPathAndMethodAndNoOther(t *testing.T) {
	var doc struct {
		OpenAPI string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(openAPI, &doc); err != nil {
		t.Fatal(err)
	}
	var described, served []string
	for path, methods := range doc.Paths {
		for method := range methods {
			if method != "parameters" {
				described = append(described, strings.ToUpper(method)+" "+path)
			}
		}
	}
	for _, r := range new(Centre).countersRoutes() {
		served = append(served, r.method+" "+r.path)
	}
	served = append(served, "POST "+protocol.PathEnrolments, "GET "+protocol.PathHandedOut) // the administrator's
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) || !strings.HasPrefix(doc.OpenAPI, "3.1.") {
		t.Fatalf("described %q\nserved %q", described, served)
	}
}

// Every reference leads somewhere, and every schema is used.
func TestTheDescriptionsReferencesHold(t *testing.T) {
	var doc struct {
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(openAPI, &doc); err != nil {
		t.Fatal(err)
	}
	const prefix = `"#/components/schemas/`
	used := map[string]bool{}
	for _, part := range strings.Split(string(openAPI), prefix)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		used[name] = true
	}
	for name := range doc.Components.Schemas {
		if !used[name] {
			t.Errorf("%s is not used", name)
		}
		delete(used, name)
	}
	if len(used) != 0 {
		t.Fatalf("led nowhere: %v", used)
	}
}
