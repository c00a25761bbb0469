// Package config is a counter's settings: the file, its defaults, and where it
// lies on each system. Enrolment writes the file, an administrator may edit it;
// a file with any problem is refused whole, with every problem named by its
// line and the nearest known key.
//
// Settings are values. The package opens no connection, no device and no
// journal, and holds no private key: the device key lies beside the journal, or on
// a UKey or an HSM that [key] names (kept = "token", module, label), and never in
// this file; nor does a passphrase or a PIN.
package config
