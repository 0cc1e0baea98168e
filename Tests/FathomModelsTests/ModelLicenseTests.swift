import FathomModels
import Testing

struct ModelLicenseTests {
    @Test func nonCommercialTermsAreKnown() {
        #expect(ModelLicense.ccByNC4.isNonCommercial && !ModelLicense.apache2.isNonCommercial)
    }
}
