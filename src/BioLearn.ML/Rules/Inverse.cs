using System.Numerics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// The learned inverse of target propagation, g_l(z) = φ_fb(z V_l' + c_l) for l = 2..L, from the activities of layer l to those of
/// layer l − 1, and the layers f_l that it inverts.
/// </summary>
internal readonly struct Inverse<T>(LearningContext<T> step, Activation? activation)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Declares V_l and c_l.</summary>
    public static void Describe(NetworkSpec network, RuleRequirements needs, Initializer initializer)
    {
        foreach (Layer layer in network.Graph.Skip(1))
        {
            needs.Side("V", layer.Index, layer.Input.Size, layer.Units.Size, initializer);
            needs.Side("c", layer.Index, 1, layer.Input.Size, Initializer.Zeros);
        }
    }

    /// <summary>h_l of the clean phase; the output is linear here, whatever the head.</summary>
    public Signal<T> Activity(int l) => l == step.Depth ? step.Clean.PreActivation(l) : step.Clean.Activity(l);

    /// <summary>y = g_l(z), with its pre-activation, in the memory of that place.</summary>
    public (Signal<T> A, Signal<T> Y) Answer(in (string A, string Y) place, int l, Signal<T> z)
    {
        int width = step.Layer(l).Input.Size;
        Signal<T> a = step.Scratch(place.A, l, width), y = step.Scratch(place.Y, l, width);
        step.Read(step.Side("V", l), step.Side("c", l), z, a);
        step.Activate(Of(l), a, y);
        return (a, y);
    }

    /// <summary>z = f_l(x).</summary>
    public Signal<T> Forward(string place, int l, Signal<T> x)
    {
        Signal<T> z = step.Scratch(place, l, step.Layer(l).Units.Size);
        step.PreActivate(l, x, z);
        step.Activate(step.Layer(l).Activation, z, z);
        return z;
    }

    /// <summary>signal ⊙ φ_fb'.</summary>
    public void Gate(int l, (Signal<T> A, Signal<T> Y) answer, Signal<T> signal) => step.Gate(Of(l), answer.A, answer.Y, signal);

    private Activation Of(int l) => activation ?? step.Layer(l - 1).Activation;
}
