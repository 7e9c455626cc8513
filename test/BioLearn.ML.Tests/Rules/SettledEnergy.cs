using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Rules;

/// <summary>At equilibrium the energy does not change with what settled, so that its slope in a weight is the rule's gradient there.</summary>
internal static class SettledEnergy
{
    /// <summary>Compares gradients of weights and biases, a few of each tensor, with differences of the settled energy.</summary>
    public static void GradientsAreItsSlopes(RuleBench<double> bench, int batch, Func<double> energy)
    {
        foreach (Parameter<double> parameter in bench.Network.Parameters.Where(p => p.Role is ParameterRole.Weight or ParameterRole.Bias))
        {
            Settled(parameter, 0, 0);
            double[] gradient = bench.Step.GradientOf(parameter).ToArray();
            for (int i = 0; i < parameter.Values.Length; i += Math.Max(1, parameter.Values.Length / 2))
            {
                double slope = (Settled(parameter, i, 1e-4) - Settled(parameter, i, -1e-4)) / 2e-4 / batch;
                Assert.Equal(slope, gradient[i], 1e-7);
            }
        }

        double Settled(Parameter<double> parameter, int i, double change)
        {
            double kept = parameter.Values[i];
            parameter.Values[i] += change;
            bench.Begin();
            bench.Credit();
            parameter.Values[i] = kept;
            return energy();
        }
    }
}
