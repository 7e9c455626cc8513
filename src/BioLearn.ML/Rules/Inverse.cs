using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// The learned inverse of target propagation for l = 2..L, from the activities of layer l to those of layer l − 1, and the layers f_l
/// that it inverts. A fully connected layer has g_l(z) = φ_fb(z V_l' + c_l), V_l [inputs, units]; any other the adjoint of a layer of its
/// own kind, g_l(z) = φ_fb(V_l' z + c_l), V_l of the shape of W_l, with a bias an input channel.
/// </summary>
internal readonly struct Inverse<T>(LearningContext<T> step, Activation? activation)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Declares V_l and c_l. What comes into g_l goes out of f_l, so that the fans of the adjoint are those of W_l exchanged.</summary>
    public static void Describe(NetworkSpec network, RuleRequirements needs, Initializer initializer)
    {
        foreach (Layer layer in network.Graph.Skip(1))
        {
            if (layer.IsFullyConnected)
                needs.Side("V", layer.Index, layer.Input.Size, layer.Units.Size, initializer);
            else
                needs.Side(new SideTensor("V", layer.Index, layer.WeightRows, layer.WeightColumns, initializer, layer.FanOut, layer.FanIn));
            needs.Side("c", layer.Index, 1, layer.IsFullyConnected ? layer.Input.Size : layer.Input.Channels, Initializer.Zeros);
        }
    }

    /// <summary>h_l of the clean phase; the output is linear here, whatever the head.</summary>
    public Signal<T> Activity(int l) => l == step.Depth ? step.Clean.PreActivation(l) : step.Clean.Activity(l);

    /// <summary>y = g_l(z), with its pre-activation, in the memory of that place.</summary>
    public (Signal<T> A, Signal<T> Y) Answer(in (string A, string Y) place, int l, Signal<T> z)
    {
        int width = step.Layer(l).Input.Size;
        Signal<T> a = step.Scratch(place.A, l, width), y = step.Scratch(place.Y, l, width);
        if (step.Layer(l).IsFullyConnected)
            step.Read(step.Side("V", l), step.Side("c", l), z, a);
        else
        {
            step.SendDown(l, step.Side("V", l), z, a);
            AddByChannel(step.Side("c", l).Values, a);
        }
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

    /// <summary>Residuals before φ_fb meet what g_l read: gradients of V_l and c_l.</summary>
    public void Learn(int l, params ReadOnlySpan<(Signal<T> Residual, Signal<T> Read, T Coefficient)> pairs)
    {
        if (step.Layer(l).IsFullyConnected)
            step.Learn(step.Side("V", l), step.Side("c", l), pairs);
        else
            step.LearnDown(l, step.Side("V", l), step.Side("c", l), pairs);
    }

    private static void AddByChannel(ReadOnlySpan<T> biases, Signal<T> a)
    {
        int area = a.Width / biases.Length;
        for (int b = 0; b < a.Batch; b++)
        {
            for (int channel = 0; channel < biases.Length; channel++)
            {
                Span<T> plane = a.Row(b).Slice(channel * area, area);
                TensorPrimitives.Add(plane, biases[channel], plane);
            }
        }
    }

    private Activation Of(int l) => activation ?? step.Layer(l - 1).Activation;
}
