package assets

import _ "embed"

//go:embed catalogue/sample.toml
var sample []byte

// SampleCatalogue returns the sample catalogue as TOML: halls, bureaus, licence
// kinds and service items as a hall in Beijing would list them. Its item codes
// are its own. The bytes are shared: they must not be written to.
func SampleCatalogue() []byte { return sample }
