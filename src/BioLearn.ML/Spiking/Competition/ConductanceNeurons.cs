using System.Numerics.Tensors;

namespace BioLearn.ML.Spiking;

/// <summary>
/// Leaky integrate-and-fire neurons with conductances: τ dV/dt = (E_rest − V) + g_e (E_exc − V) + g_i (E_inh − V), τ_ge dg_e/dt = −g_e, τ_gi dg_i/dt = −g_i,
/// E_exc = 0 mV (Diehl and Cook 2015, equations 1 and 2). Conductances are held over a step, for which V then is exact.
/// </summary>
internal sealed class ConductanceNeurons
{
    private const float ExcitatoryTimeConstant = 1, InhibitoryTimeConstant = 2;

    private readonly float _rest, _reset, _inhibitory, _rate, _excitatoryDecay, _inhibitoryDecay;
    private readonly int _refractorySteps;
    private readonly int[] _refractory;
    private readonly float[] _total, _target;

    /// <param name="count">Neurons.</param>
    /// <param name="timeStep">Milliseconds.</param>
    /// <param name="timeConstant">τ of the membrane, in milliseconds.</param>
    /// <param name="rest">E_rest, in millivolts.</param>
    /// <param name="reset">V after a spike, in millivolts.</param>
    /// <param name="inhibitory">E_inh, in millivolts.</param>
    /// <param name="refractory">For how many milliseconds V stays there.</param>
    private ConductanceNeurons(int count, float timeStep, float timeConstant, float rest, float reset, float inhibitory, float refractory)
    {
        (_rest, _reset, _inhibitory, _rate) = (rest, reset, inhibitory, -timeStep / timeConstant);
        _excitatoryDecay = MathF.Exp(-timeStep / ExcitatoryTimeConstant);
        _inhibitoryDecay = MathF.Exp(-timeStep / InhibitoryTimeConstant);
        _refractorySteps = (int)MathF.Round(refractory / timeStep);
        _refractory = new int[count];
        (Voltage, Excitation, Inhibition, _total, _target) = (new float[count], new float[count], new float[count], new float[count], new float[count]);
    }

    public float[] Voltage { get; }

    /// <summary>g_e.</summary>
    public float[] Excitation { get; }

    /// <summary>g_i.</summary>
    public float[] Inhibition { get; }

    public static ConductanceNeurons OfExcitatory(int count, float timeStep) => new(count, timeStep, 100, -65, -65, -100, 5);

    public static ConductanceNeurons OfInhibitory(int count, float timeStep) => new(count, timeStep, 10, -60, -45, -85, 2);

    public void Rest()
    {
        Array.Fill(Voltage, _rest);
        Array.Clear(Excitation);
        Array.Clear(Inhibition);
        Array.Clear(_refractory);
    }

    /// <summary>One step; then the conductances decay.</summary>
    /// <param name="thresholds">Of each neuron, in millivolts.</param>
    /// <param name="fired">Neurons that fire, in order.</param>
    public void Step(ReadOnlySpan<float> thresholds, List<int> fired)
    {
        // V∞ = (E_rest + g_i E_inh) / (1 + g_e + g_i)
        TensorPrimitives.Add(Excitation, Inhibition, _total);
        TensorPrimitives.Add(_total, 1f, _total);
        TensorPrimitives.Multiply(Inhibition, _inhibitory, _target);
        TensorPrimitives.Add(_target, _rest, _target);
        TensorPrimitives.Divide(_target, _total, _target);
        TensorPrimitives.Multiply(_total, _rate, _total);
        TensorPrimitives.Exp<float>(_total, _total);
        TensorPrimitives.Subtract(Voltage, _target, Voltage);
        TensorPrimitives.MultiplyAdd(Voltage, _total, _target, Voltage);
        TensorPrimitives.Multiply(Excitation, _excitatoryDecay, Excitation);
        TensorPrimitives.Multiply(Inhibition, _inhibitoryDecay, Inhibition);
        fired.Clear();
        for (int n = 0; n < Voltage.Length; n++)
        {
            if (_refractory[n] > 0)
            {
                _refractory[n]--;
                Voltage[n] = _reset;
            }
            else if (Voltage[n] > thresholds[n])
            {
                fired.Add(n);
                _refractory[n] = _refractorySteps;
                Voltage[n] = _reset;
            }
        }
    }
}
