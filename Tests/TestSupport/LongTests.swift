/// Whether the code under test is optimised; long statistical tests are skipped where it is not.
package let isOptimised: Bool = {
  #if DEBUG
    false
  #else
    true
  #endif
}()
