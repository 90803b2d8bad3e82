#!/bin/sh
# Makes certificates.p12, for tests alone: what each is called says what is wrong with it. The tests' clock stands at 2026-06-15.
set -e
cd "$(dirname "$0")"
rm -f certificates.p12
make() {
  name=$1; shift
  keytool -genkeypair -alias "$name" -dname "CN=$name" -keystore certificates.p12 -storetype PKCS12 -storepass changeit "$@"
}
long="-startdate 2026/01/01 -validity 36500"
make good -keyalg EC -groupname secp256r1 $long -ext eku=codeSigning
make other -keyalg EC -groupname secp256r1 $long -ext eku=codeSigning
make expired -keyalg EC -startdate 2026/01/01 -validity 10 -ext eku=codeSigning
make early -keyalg EC -startdate 2026/07/01 -validity 36500 -ext eku=codeSigning
make web -keyalg EC $long -ext eku=serverAuth
make plain -keyalg EC $long
make weak -keyalg RSA -keysize 1024 $long -ext eku=codeSigning
make ca -keyalg EC $long -ext bc:critical=ca:true,pathlen:0 -ext ku=keyCertSign
make leaf -keyalg EC -signer ca $long -ext eku=codeSigning
make sub -keyalg EC -signer ca $long -ext bc=ca:true -ext ku=keyCertSign
make far -keyalg EC -signer sub $long -ext eku=codeSigning
