using System.Numerics;
using BioLearn.ML.Memories;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Memories;

/// <summary>Hopfield memories against their file: weights, recall, one synchronous step, modern retrieval.</summary>
public class HopfieldFixtureTests
{
    public static TheoryData<string, int> Cases() => CreditFixture.Cases("hopfield*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Stored_patterns_on_fixture_give_its_weights_and_recall(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        foreach ((string name, HopfieldRule rule) in new[] { ("hebb", HopfieldRule.Hebb), ("storkey", HopfieldRule.Storkey), ("pseudo_inverse_zero_diag", HopfieldRule.PseudoInverse) })
        {
            Check<double>(f, name, rule, 1e-10);
            Check<float>(f, name, rule, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Modern_step_on_fixture_gives_its_retrieval_and_lowers_the_energy(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        Modern<double>(f, 1e-10);
        Modern<float>(f, 1e-5);
    }

    private static void Modern<T>(CreditFixture f, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ModernHopfield<T> network = new(Convert<T>(f.Numbers("inputs/modern_memories")), f.Shape("inputs/modern_query")[0], T.CreateChecked(f.Number("inputs/modern_beta")));
        T[] query = Convert<T>(f.Numbers("inputs/modern_query"));
        T before = network.Energy(query);
        network.Step(query);
        Close.To<T>(f.Numbers("expected/modern/softmax"), network.Attention, tolerance, "softmax");
        Close.To<T>(f.Numbers("expected/modern/retrieved"), query, tolerance, "retrieved");
        Assert.True(network.Energy(query) <= before);
    }

    private static void Check<T>(CreditFixture f, string name, HopfieldRule rule, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = f.Shape("inputs/patterns")[0], n = f.Shape("inputs/patterns")[1];
        T[] weights = HopfieldWeights<T>.Store(rule, new(Convert<T>(f.Numbers("inputs/patterns")), count, n));
        Close.To<T>(f.Numbers($"expected/{name}/W"), weights, tolerance, $"{name} W");

        HopfieldDynamics<T> dynamics = new(weights, n);
        T[] state = Convert<T>(f.Numbers("inputs/probe"));
        dynamics.Together(state);
        Close.To<T>(f.Numbers($"expected/{name}/one_synchronous_step"), state, 0, $"{name} synchronous step");

        state = Convert<T>(f.Numbers("inputs/probe"));
        T energy = dynamics.Energy(state);
        for (int sweep = 0; sweep < f.Shape("inputs/async_orders")[0]; sweep++)
        {
            foreach (double unit in f.Numbers($"inputs/async_orders/{sweep}"))
                dynamics.Visit(state, (int)unit);
            T after = dynamics.Energy(state);
            Assert.True(after <= energy + T.CreateChecked(1e-6), $"{name}: the energy rose from {energy} to {after}");
            energy = after;
        }
        Close.To<T>(f.Numbers($"expected/{name}/recall_async_state"), state, 0, $"{name} recall");
    }

    private static T[] Convert<T>(double[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(values, T.CreateChecked);
}
